// The small card over a citation mark: who says it, where, when, and the words; by pointer, keyboard and touch.
import { all, flat, make, one } from "./dom.js";

let tip = null;
let over = null; // the mark it belongs to
let quit = null; // the mark whose card was put away while one pointed at it
let leaving = 0;

const card = (mark) => {
  const name = [...mark.classList].find((each) => /^c-\d+-\d+$/.test(each));
  return name && document.getElementById(name.replace("c-", "e-"));
};

/** Whether the card of this mark is shown. */
export const tipped = (mark) => Boolean(tip) && over === mark;

export function hide() {
  clearTimeout(leaving);
  quit = over ?? quit;
  over?.removeAttribute("aria-describedby");
  tip?.remove();
  tip = over = null;
}

export function show(mark, act) {
  clearTimeout(leaving);
  const about = card(mark);
  if (!about || tipped(mark)) return;
  hide();
  over = mark;
  const words = (selector) => flat(one(selector, about)?.textContent ?? "");
  const speaker = one(".speaker", about);
  const quote = words(".quote");
  tip = make("div", "tip", { id: "tip", role: "tooltip" },
    make("p", "who", { dir: "auto" }, make("span", "number", {}, words(".number")), speaker ? flat(speaker.firstChild.textContent) : words(".title")),
    make("p", "quote", { dir: "auto" }, quote.length > 320 ? `${quote.slice(0, 320).replace(/\s\S*$/, "")} …` : quote),
    make("p", "where", { dir: "auto" }, speaker ? `${words(".title")} · ${words(".where")}` : words(".where")));
  if (act) {
    const go = make("button", "go", { type: "button" }, "Open in the document");
    go.addEventListener("click", () => act(mark));
    tip.append(go);
  }
  tip.addEventListener("pointerenter", () => clearTimeout(leaving));
  tip.addEventListener("pointerleave", leave);
  document.body.append(tip);
  mark.setAttribute("aria-describedby", "tip");
  settle(mark);
}

/** Below the mark, or above it where there is no room; never beyond the window's edge. */
function settle(mark) {
  const at = mark.getBoundingClientRect();
  if (!mark.isConnected || at.bottom < 0 || at.top > innerHeight) return hide();
  const [width, height] = [tip.offsetWidth, tip.offsetHeight];
  const below = at.bottom + 8 + height <= innerHeight || at.top < height + 8;
  tip.style.left = `${Math.max(8, Math.min(at.left + at.width / 2 - width / 2, innerWidth - width - 8))}px`;
  tip.style.top = `${Math.max(8, below ? at.bottom + 8 : at.top - height - 8)}px`;
}

function leave() {
  clearTimeout(leaving);
  leaving = setTimeout(hide, 160);
}

/** Whoever points at a mark before its evidence is there sees the card as soon as it is. */
export function late() {
  const pointed = !tip && matchMedia("(hover: hover)").matches && one("#chat button.cite:hover");
  if (pointed && pointed !== quit) show(pointed);
}

/** Show cards over the marks inside `area`; act opens a mark's document, for those who can't hover. */
export function tips(area, act) {
  const mark = (event) => event.target.closest?.(`${area} button.cite`);
  document.addEventListener("pointerover", (event) => {
    if (!mark(event) || event.pointerType === "touch") return;
    quit = null;
    show(mark(event));
  });
  document.addEventListener("pointerout", (event) => mark(event) && event.pointerType !== "touch" && leave());
  document.addEventListener("focusin", (event) => mark(event)?.matches(":focus-visible") && show(mark(event)));
  document.addEventListener("focusout", (event) => mark(event) && leave());
  document.addEventListener("scroll", () => tip && settle(over), { capture: true, passive: true });
  document.addEventListener("pointerdown", (event) => tip && !tip.contains(event.target) && !mark(event) && hide());
  // A finger can't hover: the first touch shows the card, the second, or its button, opens the document.
  document.addEventListener("click", (event) => {
    const touched = mark(event);
    if (!touched || event.pointerType !== "touch" || tipped(touched)) return;
    event.stopImmediatePropagation();
    event.preventDefault();
    show(touched, act);
  }, { capture: true });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !tip) return;
    hide();
    event.stopImmediatePropagation();
  }, { capture: true });
}

/** The marks' own tooltips give way to ours; their words stay as names for screen readers. */
export function name() {
  for (const mark of all("#chat button.cite[title]")) {
    mark.setAttribute("aria-label", `Quote ${mark.textContent}: ${mark.title}`);
    mark.removeAttribute("title");
  }
}
