// Opens the evidence behind a citation mark, and names things for screen readers where Gradio's sanitiser drops names.
(() => {
  let turn = null; // the turn whose evidence is shown
  let open = null; // the id of the card that is open
  let opener = null; // where the reader came from
  let turns = 0;
  let asked = 0; // questions in the conversation
  let pinned = false; // whether the newest question is kept in sight while its answer grows

  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

  function reveal(card) {
    const context = one(".context", card);
    const mark = one("mark", context);
    if (!mark) return;
    const offset = mark.getBoundingClientRect().top - context.getBoundingClientRect().top + context.scrollTop;
    context.scrollTop = Math.max(0, offset - context.clientHeight / 3);
  }

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

  // Gradio replaces the whole panel when evidence arrives; this puts back what the reader had open.
  function restore() {
    pin();
    const sections = all("#evidence section.turn");
    if (sections.length > turns || !sections.some((section) => section.id === turn)) {
      turn = sections.length ? sections[sections.length - 1].id : null;
    }
    turns = sections.length;
    for (const section of sections) section.classList.toggle("shown", section.id === turn);
    for (const context of all("#evidence .context:not([aria-label])")) {
      const card = context.closest(".card");
      context.setAttribute("aria-label", `Quote ${one(".number", card).textContent} in its document`);
    }
    const card = open && document.getElementById(open);
    if (card && !card.open) card.open = true;
    for (const mark of all("#chat button.cite")) {
      if (!mark.hasAttribute("aria-label")) mark.setAttribute("aria-label", `Quote ${mark.textContent}: ${mark.title}`);
      const shown = card && card.open && mark.classList.contains(open.replace("e-", "c-"));
      if (mark.classList.contains("on") !== Boolean(shown)) mark.classList.toggle("on", Boolean(shown));
    }
    for (const message of all('#chat [data-testid="bot"][aria-label], #chat [data-testid="user"][aria-label]')) {
      message.removeAttribute("aria-label"); // Gradio puts the message's HTML source there
    }
  }

  function cite(mark) {
    const name = [...mark.classList].find((name) => /^c-\d+-\d+$/.test(name));
    if (!name) return;
    const card = document.getElementById(name.replace("c-", "e-"));
    if (!card || !card.matches("#evidence details.card")) return;
    one('#side [role="tab"]')?.click();
    turn = card.closest("section").id;
    open = card.id;
    opener = mark;
    for (const other of all("#evidence details.card[open]")) if (other !== card) other.open = false;
    restore();
    requestAnimationFrame(() => {
      const block = matchMedia("(max-width: 900px)").matches ? "start" : "nearest";
      card.scrollIntoView({ block, behavior: still() ? "auto" : "smooth" });
      one("summary", card).focus({ preventScroll: true });
      reveal(card);
    });
  }

  function back() {
    const again = open && one(`#chat button.cite.${open.replace("e-", "c-")}`);
    const target = opener && opener.isConnected ? opener : again;
    target?.focus({ preventScroll: true });
    target?.scrollIntoView({ block: "center", behavior: still() ? "auto" : "smooth" });
  }

  document.addEventListener("click", (event) => {
    const mark = event.target.closest("#chat button.cite");
    if (mark) cite(mark);
    else if (event.target.closest("#evidence .back")) back();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target.closest("#evidence")) back();
  });
  document.addEventListener(
    "toggle",
    (event) => {
      const card = event.target;
      if (!card.matches || !card.matches("#evidence details.card")) return;
      if (card.open) {
        open = card.id;
        for (const other of all("#evidence details.card[open]")) if (other !== card) other.open = false;
        reveal(card);
      } else if (open === card.id) open = null;
      restore();
    },
    true,
  );
  new MutationObserver(restore).observe(document.documentElement, { childList: true, subtree: true });
})();
