// Keeps the page together: opens evidence, follows a growing answer, and names what Gradio leaves without a name.
import { all, announce, one } from "./dom.js";
import { copy } from "./copy.js";
import { theme, tools } from "./look.js";
import { current, keys, makeWay, open } from "./reader.js";
import { hide, late, name, tips } from "./tip.js";

let turn = null; // the id of the section of evidence that is shown
let unseen = null; // the id of a newer one, which came while a document was read
let turns = 0;
let asked = 0; // questions in the conversation
let pinned = false; // whether the newest question is kept in sight while its answer grows
let busy = false; // whether an answer is being given
let finished = 0; // answers that are there
let wish = null; // the card of a mark that was chosen before its evidence was there

// An answer is read from its beginning; whoever scrolls or clicks decides from then on.
function pin() {
  const questions = all("#chat .question");
  if (questions.length > asked) pinned = true;
  asked = questions.length;
  if (pinned && asked) questions[asked - 1].closest(".message-row").scrollIntoView({ block: "start" });
}
for (const act of ["wheel", "touchmove", "pointerdown", "keydown"]) {
  document.addEventListener(act, () => (pinned = false), { capture: true, passive: true });
}

// Gradio replaces the whole panel when evidence arrives; this puts back which turn's the reader had before them.
function panel() {
  const sections = all("#evidence section.turn");
  const newest = sections[sections.length - 1]?.id ?? null;
  current();
  if (sections.length > turns) {
    makeWay();
    unseen = newest;
  }
  turns = sections.length;
  const reading = current();
  if (reading?.turn) turn = reading.turn;
  else if (unseen || !sections.some((section) => section.id === turn)) turn = newest;
  if (!reading) unseen = null;
  for (const section of sections) section.classList.toggle("shown", section.id === turn);
  const chosen = reading?.card?.replace("e-", "c-");
  for (const mark of all("#chat button.cite")) {
    const on = Boolean(chosen) && mark.classList.contains(chosen);
    if (mark.classList.contains("on") !== on) mark.classList.toggle("on", on);
  }
}

// A screen reader hears that the answer is there, not each of its words as it comes.
function tell() {
  const log = one('#chat [role="log"][aria-live="polite"]');
  if (log) log.setAttribute("aria-live", "off");
  const answers = all("#chat .answer");
  const ready = answers.filter((answer) => !answer.classList.contains("busy")).length;
  const [before, was] = [finished, busy];
  finished = ready;
  busy = ready < answers.length;
  if (busy && !was) announce("Searching the documents…");
  // A quick answer may never be seen growing, and one that was kept is nothing new.
  if (busy || ready !== before + 1 || one("#open .kept")) return;
  const answer = answers[answers.length - 1];
  const said = all(".said", answer).length;
  const failed = one(".failed p, .verdict", answer)?.textContent;
  announce(failed ?? `The answer is ready: ${said} ${said === 1 ? "sentence" : "sentences"}.`);
}

function names() {
  name();
  for (const message of all('#chat [data-testid="bot"][aria-label], #chat [data-testid="user"][aria-label]')) {
    message.removeAttribute("aria-label"); // Gradio puts the message's HTML source there
  }
  for (const examples of all('#chat .examples[role="list"]')) {
    examples.setAttribute("role", "group"); // it holds buttons, which no list may
    examples.setAttribute("aria-label", "Questions to begin with");
  }
  for (const empty of all('#side [aria-controls=""]')) empty.removeAttribute("aria-controls");
}

function cite(mark) {
  const id = [...mark.classList].find((each) => /^c-\d+-\d+$/.test(each))?.replace("c-", "e-");
  const card = id && document.getElementById(id);
  wish = card ? null : id;
  if (!card?.matches("#evidence .card")) return;
  hide();
  see(card, mark);
}

// Whoever chose a mark before its evidence was there sees it as soon as it is.
function granted() {
  const mark = wish && document.getElementById(wish) && one(`#chat button.cite.${wish.replace("e-", "c-")}`);
  if (mark) cite(mark);
}

// What has only just come is counted first: else it would take the place of what is opened here.
function see(card, from) {
  panel();
  open(card, from);
}

document.addEventListener("click", (event) => {
  const mark = event.target.closest("#chat button.cite");
  const card = event.target.closest("#evidence .card .open");
  const copied = event.target.closest("#chat button.copy");
  wish = null;
  if (mark) cite(mark);
  else if (card) see(card.closest(".card"), card);
  else if (copied) copy(copied);
});
tips("#chat", cite);
document.addEventListener("keydown", keys);
document.addEventListener("onrecord:reading", panel);

document.getElementById("skip")?.addEventListener("click", (event) => {
  event.preventDefault();
  one("#ask textarea")?.focus();
});

let due = false;
function restore() {
  due = false;
  theme();
  tools();
  pin();
  panel();
  tell();
  names();
  late();
  granted();
}
new MutationObserver(() => {
  if (!due) requestAnimationFrame(restore);
  due = true;
}).observe(document.documentElement, { childList: true, subtree: true });
restore();
