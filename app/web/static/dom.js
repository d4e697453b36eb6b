// Finding and building parts of the page; whatever comes from outside becomes text, never markup.
export const one = (selector, root = document) => root.querySelector(selector);
export const all = (selector, root = document) => [...root.querySelectorAll(selector)];

/** An element with a class, attributes and children; strings among these become text. */
export function make(tag, name = "", attributes = {}, ...children) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** A button that names itself to everybody and does something. */
export function button(name, label, act, ...children) {
  const made = make("button", name, { type: "button", "aria-label": label, title: label }, ...children);
  made.addEventListener("click", act);
  return made;
}

/** An ISO day as people write it, other text as it is. */
export function day(iso) {
  const date = /^\d{4}-\d{2}-\d{2}$/.test(iso) ? new Date(`${iso}T00:00:00Z`) : null;
  if (!date || Number.isNaN(date.getTime())) return iso;
  return date.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
}

/** Text on one line. */
export const flat = (text) => text.replace(/\s+/g, " ").trim();

export const narrow = () => matchMedia("(max-width: 900px)").matches;
export const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Put a text into one of Gradio's boxes, and let Gradio know. */
export function put(field, text) {
  const kind = field instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement;
  Object.getOwnPropertyDescriptor(kind.prototype, "value").set.call(field, text);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Say something to screen readers alone. */
export function announce(words) {
  let live = one("#live");
  if (!live) {
    live = make("div", "heard", { id: "live", role: "status" });
    document.body.append(live);
  }
  live.textContent = words;
}
