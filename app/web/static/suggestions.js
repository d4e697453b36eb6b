// Questions to go on with, below an answer that has been shown; each was tried, and the library answers it.
import { put } from "./dom.js";

let drawn = ""; // which turn of which conversation they are for

const opened = () => document.querySelector("#open .open")?.className ?? "";

async function follow() {
  const place = document.querySelector("#next");
  const mark = opened();
  const [, id] = /(?:^| )k-(\w+)/.exec(mark) ?? [];
  const [, turn] = /(?:^| )t-(\d+)/.exec(mark) ?? [];
  const ended = / ended/.test(mark) && !document.querySelector("#chat .busy");
  const now = place && id && ended ? `${id} ${turn}` : "";
  if (!place || now === drawn) return;
  drawn = now;
  place.replaceChildren();
  if (!now) return;
  const response = await fetch(`/api/conversations/${id}/suggestions`);
  if (!response.ok || now !== drawn) return;
  const { questions } = await response.json();
  if (now !== drawn) return;
  const buttons = questions.map((question) => {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", textContent: question, dir: "auto" });
    button.addEventListener("click", () => ask(question));
    return button;
  });
  place.setAttribute("role", "group");
  place.setAttribute("aria-label", "Questions to go on with");
  place.replaceChildren(...buttons);
}

function ask(question) {
  const field = document.querySelector("#ask textarea");
  put(field, question);
  requestAnimationFrame(() => {
    field.focus();
    document.querySelector("#ask button").click();
  });
}

new MutationObserver(follow).observe(document.documentElement, {
  childList: true,
  subtree: true,
  attributes: true,
  attributeFilter: ["class"],
});
