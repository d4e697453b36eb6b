// An answer as plain text with its sources, for pasting into a document of one's own.
import { all, announce, flat, one } from "./dom.js";

/** The words of an element, its citation marks as [n], without what can be clicked. */
function words(element) {
  const copy = element.cloneNode(true);
  for (const mark of all("button.cite", copy)) mark.replaceWith(` [${mark.textContent}]`);
  for (const other of all("button, .by, .weight", copy)) other.remove();
  return flat(copy.textContent).replace(/\] \[/g, "][");
}

/** The answer and its sources as text. */
export function plain(answer) {
  const lines = [];
  for (const part of all(":scope > .who, :scope > .said > .words, :scope > .note, .silence > .verdict, .closest > li", answer)) {
    lines.push(part.matches(".closest li") ? `- ${words(part)}` : words(part));
  }
  for (const table of all("table.differ", answer)) {
    lines.push("", words(one("caption", table)));
    for (const row of all("tbody tr", table)) lines.push(`- ${all("th, td", row).map(words).join(" · ")}`);
  }
  const sources = all(".sources li", answer).map(
    (item) => `[${one(".number", item).textContent}] “${flat(one(".quote", item).textContent)}” ${flat(one(".told", item).textContent)}`,
  );
  return [...lines, "", "Sources", ...sources].join("\n").trim() + "\n";
}

async function put(text) {
  if (navigator.clipboard && isSecureContext) return navigator.clipboard.writeText(text);
  const box = document.createElement("textarea"); // a page that came over plain http from another machine
  box.value = text;
  document.body.append(box);
  box.select();
  const done = document.execCommand("copy");
  box.remove();
  if (!done) throw new Error("not allowed");
}

export async function copy(made) {
  const before = made.textContent;
  try {
    await put(plain(made.closest(".answer")));
    made.textContent = "Copied";
  } catch {
    made.textContent = "This browser does not let the page copy";
  }
  announce(made.textContent);
  setTimeout(() => made.isConnected && (made.textContent = before), 2000);
}
