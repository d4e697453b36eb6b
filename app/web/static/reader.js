// The reader: a document at the quote that was chosen, the answer's other quotes there marked lightly.
import { fetched, rendered, slice } from "./document.js";
import { all, announce, button, day, flat, make, one, still } from "./dom.js";
import { leaveSide, showSide } from "./look.js";

const AROUND = 15_000; // characters fetched on each side of a quote, and at each step further

let shown = null; // what is open: { card, id, quote: [start, end] | null, pieces, length }
let aside = null; // what was open when another answer came, as `shown` has it
let opener = null; // where the reader came from
let asked = 0; // counts what was asked for, so that a late reply to an earlier wish is dropped

/** What a card of the evidence panel cites: its document, the quote's place, and what is known of both. */
function cited(card) {
  const id = [...card.classList].find((name) => /^d-/.test(name))?.slice(2);
  const at = [...card.classList].find((name) => /^at-\d+-\d+$/.test(name));
  const words = (selector) => flat(one(selector, card)?.textContent ?? "");
  return {
    id,
    quote: at ? at.split("-").slice(1).map(Number) : null,
    number: words(".number"),
    words: words(".quote"),
    title: words(".title"),
    where: words(".where"),
    speaker: one(".speaker", card),
    original: one("a.original", card)?.href ?? "",
    file: one(".file", card),
    context: one(".context", card),
  };
}

const cards = (card) => all(".card", card.closest("section"));
const place = () => one("#reading");

/** Open the document behind a card of the evidence panel at its quote; from: what to go back to. */
export async function open(card, from = null) {
  if (from) opener = from;
  const wish = ++asked;
  const it = cited(card);
  const held = shown && shown.id === it.id && it.quote ? shown.pieces : [];
  const whole = held.some((piece) => it.quote && piece.start <= it.quote[0] && it.quote[1] <= piece.end);
  shown = { card: card.id, turn: card.closest("section").id, id: it.id, quote: it.quote, pieces: whole ? held : [], length: shown?.length };
  document.documentElement.dataset.reading = "";
  showSide("Evidence");
  frame(it, card);
  if (whole) fill(it, others(card, it));
  else {
    one(".text", place()).append(make("p", "by", {}, make("span", "busy", {}, "opening…")));
    const piece = it.quote ? await fetched(it.id, it.quote[0] - AROUND, it.quote[1] + AROUND, it.original || it.file?.title) : null;
    if (wish !== asked) return;
    if (piece?.text !== undefined && flat(slice(piece, ...it.quote)) === it.words) {
      shown.pieces = [piece];
      shown.length = piece.length;
      describe(piece);
      fill(it, others(card, it));
    } else frozen(it, piece);
  }
  one(".text", place()).focus({ preventScroll: true });
  reveal();
  document.dispatchEvent(new CustomEvent("onrecord:reading", { detail: shown.card }));
}

/** Open a document of the library at its beginning, or at characters start to end. */
export async function read(id, start = null, end = null) {
  const wish = ++asked;
  opener = document.activeElement;
  const quote = start === null ? null : [start, end];
  const piece = await fetched(id, start === null ? 0 : start - AROUND, end === null ? 2 * AROUND : end + AROUND);
  if (wish !== asked) return;
  shown = { card: null, turn: null, id, quote, pieces: piece?.text === undefined ? [] : [piece], length: piece?.length };
  document.documentElement.dataset.reading = "";
  showSide("Evidence");
  frame({ title: piece?.title ?? "This document can’t be shown", where: "", original: "" }, null);
  if (shown.pieces.length) {
    describe(piece);
    fill({ quote }, []);
  } else one(".text", place()).append(make("p", "by", {}, "It is no longer in the library."));
  one(".text", place()).focus({ preventScroll: true });
  reveal();
}
document.addEventListener("onrecord:open", ({ detail }) => read(detail.id, detail.start ?? null, detail.end ?? null));

/** The spans of the answer's other quotes in the same document. */
function others(card, it) {
  return cards(card)
    .filter((other) => other !== card && other.classList.contains(`d-${it.id}`))
    .map((other) => ({ card: other.id, ...cited(other) }))
    .filter((other) => other.quote);
}

/** The reader without its text: where one is, and what the document is. */
function frame(it, card) {
  const among = card ? cards(card) : [];
  const at = among.indexOf(card);
  const bar = make("div", "bar", {},
    button("back", "Back to the answer", back, make("span", "arrow", { "aria-hidden": "true" }, "←"), ` ${card ? "Back" : "Close"}`, card ? make("span", "", {}, " to the answer") : null));
  if (card) {
    bar.append(
      make("span", "place", { "aria-live": "off" }, `Quote ${at + 1} of ${among.length}`),
      button("step prev", "Previous quote (p)", () => step(-1), "‹"),
      button("step next", "Next quote (n)", () => step(1), "›"),
      button("all", "All quotes of this answer", list, "All quotes"),
    );
    one(".prev", bar).disabled = at <= 0;
    one(".next", bar).disabled = at >= among.length - 1;
  }
  const head = make("header", "", {}, bar, make("h2", "", { dir: "auto" }, it.title), make("p", "where", { dir: "auto" }, it.where));
  if (it.speaker) head.append(make("p", "said-by", { dir: "auto" }, ...[...it.speaker.childNodes].map((node) => node.cloneNode(true))));
  const label = card ? `Quote ${it.number} in its document: ${it.title}` : it.title;
  const text = make("div", "text", { role: "region", tabindex: "0", "aria-label": label });
  const keys = make("p", "keys", {}, make("kbd", "", {}, "n"), " next quote ", make("kbd", "", {}, "p"), " previous ", make("kbd", "", {}, "Esc"), " back to the answer");
  const foot = make("footer", "", {}, card ? keys : "");
  if (it.original) foot.append(make("a", "original", { href: it.original, target: "_blank", rel: "noopener noreferrer" }, "Open the original"));
  else if (it.file) foot.append(it.file.cloneNode(true));
  place().replaceChildren(make("section", "reader", { "aria-label": "Document" }, head, text, foot));
}

/** What the document states about itself. */
function describe(piece) {
  one(".reader h2", place()).textContent = piece.title;
  const told = [piece.source || "outlet not stated", piece.published ? day(piece.published) : "no date", piece.author];
  one(".reader .where", place()).textContent = told.filter(Boolean).join(" · ");
}

const marked = (piece, it, spans) => rendered(piece, it.quote, spans, (other) => open(document.getElementById(other.card)));

function fill(it, spans) {
  const text = one(".text", place());
  text.replaceChildren(...shown.pieces.map((piece) => marked(piece, it, spans)));
  ends(it, spans);
}

/** Where the document goes on beyond what was fetched, it is fetched when the reader comes near. */
function ends(it, spans) {
  const text = one(".text", place());
  const [first, last] = [shown.pieces[0], shown.pieces[shown.pieces.length - 1]];
  if (first.start > 0) text.prepend(more("Show what comes before", () => further(it, spans, -1)));
  if (last.end < shown.length) text.append(more("Show what follows", () => further(it, spans, 1)));
}

function more(label, act) {
  const made = button("more", label, act, label);
  new IntersectionObserver((seen, watching) => {
    if (!seen.some((entry) => entry.isIntersecting)) return;
    watching.disconnect();
    act();
  }, { root: one("#side"), rootMargin: "400px" }).observe(made);
  return made;
}

async function further(it, spans, way) {
  const held = shown;
  if (held.busy === way) return;
  held.busy = way;
  const edge = way < 0 ? held.pieces[0].start : held.pieces[held.pieces.length - 1].end;
  const piece = await fetched(held.id, way < 0 ? edge - 2 * AROUND : edge, way < 0 ? edge : edge + 2 * AROUND);
  held.busy = 0;
  if (shown !== held || piece?.text === undefined) return;
  const [text, side] = [one(".text", place()), one("#side")];
  const height = text.scrollHeight;
  for (const old of all(".more", text)) if ((old === text.firstChild) === way < 0) old.remove();
  if (way < 0) {
    held.pieces.unshift(piece);
    text.prepend(marked(piece, it, spans));
    side.scrollTop += text.scrollHeight - height;
  } else {
    held.pieces.push(piece);
    text.append(marked(piece, it, spans));
  }
  const [start, end] = [held.pieces[0].start, held.pieces[held.pieces.length - 1].end];
  if (way < 0 && start > 0) text.prepend(more("Show what comes before", () => further(it, spans, -1)));
  if (way > 0 && end < held.length) text.append(more("Show what follows", () => further(it, spans, 1)));
}

/** The document is no longer what was cited: the words around the quote as they were kept with the answer. */
function frozen(it, reply) {
  const why = reply === null
    ? "The document can’t be opened just now. These are the words around the quote as they stood when the answer was given."
    : reply.now || reply.text !== undefined
      ? "This document has changed since the answer was given. These are the words around the quote as they stood then."
      : "This document is no longer in the library. These are the words around the quote as they stood when the answer was given.";
  const told = make("p", "alert", { role: "note" }, why);
  if (reply?.now) told.append(" ", button("now", "Open it as it is now", () => read(reply.now), "Open it as it is now"));
  const text = one(".text", place());
  text.before(told);
  text.classList.add("frozen");
  text.replaceChildren(...[...it.context.childNodes].map((node) => node.cloneNode(true)));
}

function reveal() {
  const mark = one(".text mark", place());
  const side = one("#side");
  if (!mark) {
    side.scrollTop = 0;
    return;
  }
  const head = one(".reader header", place())?.offsetHeight ?? 0;
  const offset = mark.getBoundingClientRect().top - side.getBoundingClientRect().top + side.scrollTop;
  side.scrollTop = Math.max(0, offset - head - (side.clientHeight - head) / 4);
}

/** The next or the previous quote of the same answer. */
function step(way) {
  const card = shown?.card && document.getElementById(shown.card);
  const next = card && cards(card)[cards(card).indexOf(card) + way];
  if (!next) return;
  const name = document.activeElement?.classList.contains("step") ? (way > 0 ? ".next" : ".prev") : null;
  open(next).then(() => name && one(`.reader ${name}:not(:disabled)`, place())?.focus({ preventScroll: true }));
  announce(`Quote ${flat(one(".number", next).textContent)}: ${flat(one(".quote", next).textContent)}`);
}

function close() {
  asked++;
  shown = aside = null;
  delete document.documentElement.dataset.reading;
  place()?.replaceChildren();
  document.dispatchEvent(new CustomEvent("onrecord:reading", { detail: null }));
}

/** All quotes of the answer, as cards. */
function list() {
  const card = shown?.card && document.getElementById(shown.card);
  close();
  one(".open", card || document)?.focus();
}

/** Back to where the reader came from. */
export function back() {
  const mark = shown?.card && one(`#chat button.cite.${shown.card.replace("e-", "c-")}`);
  const target = opener?.isConnected && opener !== document.body ? opener : mark;
  close();
  leaveSide();
  target?.focus({ preventScroll: true });
  target?.scrollIntoView({ block: "center", behavior: still() ? "auto" : "smooth" });
}

/** Make way for the evidence of another answer, and leave a way back; whoever reads with the keyboard goes on reading. */
export function makeWay() {
  if (!shown || place().contains(document.activeElement)) return;
  const [left, title] = [shown, one(".reader h2", place()).textContent];
  close();
  aside = left;
  const again = () => (left.card ? open(document.getElementById(left.card)) : read(left.id, ...(left.quote ?? [])));
  place().replaceChildren(button("aside", `Back to ${title}`, again, make("span", "arrow", { "aria-hidden": "true" }, "←"), make("span", "", { dir: "auto" }, ` ${title}`)));
}

/** The card that is open and its turn, if they are still there; what is open closes where they are not. */
export function current() {
  const kept = shown ?? aside;
  const card = kept?.card && document.getElementById(kept.card);
  if (kept?.card && !(card && cited(card).id === kept.id && String(cited(card).quote) === String(kept.quote))) close();
  return shown;
}

export function keys(event) {
  if (!shown || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable=true]")) return;
  if (event.key === "Escape") back();
  else if (event.key === "n" || event.key === "j") step(1);
  else if (event.key === "p" || event.key === "k") step(-1);
  else return;
  event.preventDefault();
}
