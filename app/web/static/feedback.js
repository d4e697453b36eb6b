// What readers think of a sentence (s-TURN-INDEX) or an answer (a-TURN): chosen, changed, taken back, with a reason.
const NAME = /(?:^| )(s|a)-(\d+)(?:-(\d+))?(?: |$)/;
let conversation = "";
let ratings = new Map(); // "TURN STATEMENT" to {verdict, reason}; -1 is the whole answer

const opened = () => /(?:^| )k-(\w+)/.exec(document.querySelector("#open .open")?.className ?? "")?.[1] ?? "";

function place(button) {
  const [, kind, turn, index] = NAME.exec(button.className) ?? [];
  return kind && { turn, statement: kind === "a" ? "-1" : index, key: `${turn} ${kind === "a" ? "-1" : index}` };
}

async function load() {
  const id = opened();
  if (id === conversation) return;
  conversation = id;
  ratings = new Map();
  if (!id) return;
  const response = await fetch(`/api/conversations/${id}/ratings`);
  if (!response.ok || id !== opened()) return;
  for (const one of await response.json()) ratings.set(`${one.turn} ${one.statement}`, one);
  draw();
}

function draw() {
  for (const button of document.querySelectorAll("#chat .rate")) {
    const at = place(button);
    if (!at) continue;
    const chosen = String(button.classList.contains(ratings.get(at.key)?.verdict));
    if (button.getAttribute("aria-pressed") !== chosen) {
      button.setAttribute("aria-pressed", chosen);
      button.setAttribute("aria-label", button.title);
      button.classList.toggle("chosen", chosen === "true");
    }
  }
}

async function keep(at, verdict, reason) {
  const response = await fetch(`/api/conversations/${conversation}/ratings/${at.turn}/${at.statement}`, {
    method: "PUT",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ verdict, reason }),
  });
  if (!response.ok) return false;
  if (verdict) ratings.set(at.key, { verdict, reason });
  else ratings.delete(at.key);
  draw();
  return true;
}

async function choose(button) {
  const at = place(button);
  if (!at || !conversation) return;
  document.querySelector("#chat .why-so")?.remove();
  const verdict = button.classList.contains("up") ? "up" : "down";
  const before = ratings.get(at.key);
  const taken = before?.verdict === verdict;
  if ((await keep(at, taken ? null : verdict, before?.reason ?? "")) && !taken && verdict === "down") ask(button, at, verdict);
}

// The reason is asked for where the mark was given, and may be left out.
function ask(button, at, verdict) {
  const form = document.createElement("form");
  form.className = "why-so";
  const field = document.createElement("input");
  Object.assign(field, { type: "text", maxLength: 1000, placeholder: "What is wrong with it? (optional)", dir: "auto" });
  field.value = ratings.get(at.key)?.reason ?? "";
  field.setAttribute("aria-label", "What is wrong with it? It may be left out.");
  const done = document.createElement("button");
  done.type = "submit";
  done.textContent = "Save";
  form.append(field, done);
  const close = () => (form.remove(), button.focus());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (await keep(at, verdict, field.value)) close();
  });
  form.addEventListener("keydown", (event) => event.key === "Escape" && close());
  (button.closest(".by, .colophon, p, div") ?? button).after(form);
  field.focus();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("#chat .rate");
  if (button) choose(button);
});
new MutationObserver(() => (load(), draw())).observe(document.documentElement, {
  childList: true,
  subtree: true,
  attributes: true,
  attributeFilter: ["class"],
});
