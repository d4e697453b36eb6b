// How the page looks: light or dark, which of its columns are open; remembered in this browser.
import { all, button, make, narrow, one } from "./dom.js";

const root = document.documentElement;
const dark = matchMedia("(prefers-color-scheme: dark)");

function kept(name) {
  try {
    return localStorage.getItem(`onrecord-${name}`) ?? "";
  } catch {
    return ""; // a browser that keeps nothing
  }
}

function keep(name, value) {
  try {
    if (value) localStorage.setItem(`onrecord-${name}`, value);
    else localStorage.removeItem(`onrecord-${name}`);
  } catch {
    // a browser that keeps nothing
  }
}

const isDark = () => (kept("theme") ? kept("theme") === "dark" : dark.matches);

/** Gradio follows the system alone, and sets its own class; ours has the last word. */
export function theme() {
  if (document.body.classList.contains("dark") !== isDark()) document.body.classList.toggle("dark", isDark());
  root.dataset.theme = isDark() ? "dark" : "light";
  const other = isDark() ? "light" : "dark";
  for (const made of all("#tools .look")) {
    made.title = `Switch to the ${other} look`;
    made.setAttribute("aria-label", made.title);
  }
}
dark.addEventListener("change", theme);
new MutationObserver(theme).observe(document.body, { attributes: true, attributeFilter: ["class"] });

function turnTheme() {
  const wanted = isDark() ? "light" : "dark";
  keep("theme", (wanted === "dark") === dark.matches ? "" : wanted); // back to the system's own: follow it again
  theme();
}

/** Show the column at the right with this tab in front. */
export function showSide(tab) {
  root.dataset.side = "open";
  const name = all('#side [role="tab"]').find((each) => each.textContent.trim() === tab);
  if (name && name.getAttribute("aria-selected") !== "true") name.click();
  columns();
}

/** Where the page is narrow, the column at the right gives way to the talk again. */
export function leaveSide() {
  if (narrow()) delete root.dataset.side;
  columns();
}

function columns() {
  const side = narrow() ? root.dataset.side === "open" : root.dataset.side !== "closed";
  one("#tools .side")?.setAttribute("aria-expanded", String(side));
}

function flip() {
  const open = narrow() ? root.dataset.side === "open" : root.dataset.side !== "closed";
  root.dataset.side = open ? "closed" : "open";
  if (!narrow()) keep("side", open ? "closed" : "");
  columns();
}

/** The buttons of the head of the page, once it is there. */
export function tools() {
  const at = one("#tools .tools");
  if (!at || at.childElementCount) return;
  at.append(
    button("look", "Switch the look", turnTheme, make("span", "icon", { "aria-hidden": "true" })),
    button("side", "Evidence and library", flip, make("span", "icon", { "aria-hidden": "true" })),
  );
  if (!narrow() && kept("side")) root.dataset.side = kept("side");
  theme();
  columns();
}
