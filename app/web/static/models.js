// Who answers, and how strictly: a list of what there is here, what each model sends where, and quiet settings beside.
import { announce, button, make, one, put } from "/onrecord/dom.js";

const CHOSEN = "/api/models/chosen"; // kept by the server, so that it is the same in each of one's browsers
const OTHER = "…";
const GROUPS = [["here", "On this machine"], ["server", "On a server of yours"], ["elsewhere", "Sent to a provider"]];
const LEVELS = { lenient: "Lenient: rather answer", balanced: "Balanced", strict: "Strict: rather say that the sources don’t" };

const choice = { llm: "", strictness: "", judge: "" };
let found = { models: [], judges: [], missing: [], own: "extractive", levels: [] };

const picker = make("select", "", { id: "answered-by", "aria-label": "Answered by" });
const other = make("input", "", { placeholder: "provider:model", "aria-label": "Another model, as provider:model", maxlength: 200, autocomplete: "off", spellcheck: "false", hidden: "" });
const about = make("p", "about", { id: "about-model", "aria-live": "polite" });
const strictness = make("select", "", { id: "strictness" });
const judge = make("select", "", { id: "second-judge" });
const missing = make("ul", "missing");
const again = button("link", "Look for models again", () => load(true), "Look again");
const more = make("details", "more", {},
  make("summary", "", {}, "How strictly"),
  make("div", "settings", {},
    make("label", "", { for: "strictness" }, "How sure to be before answering"), strictness,
    make("label", "", { for: "second-judge" }, "A second judge of each sentence"), judge,
    make("p", "fine", {}, "A judge may only refuse what the check lets through; a model as judge is sent each sentence with its sources."),
    missing, again));
picker.setAttribute("aria-describedby", "about-model");

async function choose(values) {
  Object.assign(choice, values);
  tell();
  describe();
  const body = JSON.stringify(choice);
  const kept = await fetch(CHOSEN, { method: "PUT", headers: { "Content-Type": "application/json" }, body }).catch(() => null);
  if (!kept?.ok) about.append(" It holds for this page alone: it can’t be kept just now.");
}

async function remember() {
  const kept = await fetch(CHOSEN).catch(() => null);
  if (kept?.ok) Object.assign(choice, await kept.json());
  tell();
}

/** Put the choice where the question's handler reads it. */
function tell() {
  const box = one("#model textarea, #model input");
  if (!box) return;
  const value = choice.llm || choice.strictness || choice.judge ? JSON.stringify(choice) : "";
  if (box.value !== value) put(box, value);
}

const chosen = () => choice.llm || found.own;
const listed = (llm) => found.models.find((model) => model.llm === llm);

function describe() {
  const model = listed(chosen());
  about.textContent = picker.value === OTHER && !other.value.trim()
    ? "Write the provider and the model, such as openai:gpt-5.5; its key is taken from the environment."
    : model?.about ?? `${chosen()} was named by you: your question and the passages found are sent wherever it is; every sentence is checked.`;
  const strict = choice.strictness && choice.strictness !== "balanced" ? ` · ${choice.strictness}` : "";
  one("summary", more).textContent = `How strictly${strict}${choice.judge ? " · second judge" : ""}`;
}

function draw() {
  picker.replaceChildren();
  for (const [group, label] of GROUPS) {
    const models = found.models.filter((model) => model.group === group);
    if (models.length) picker.append(make("optgroup", "", { label }, ...models.map((model) => make("option", "", { value: model.llm }, model.name))));
  }
  if (!listed(chosen()) && found.models.length) picker.append(make("option", "", { value: chosen() }, `${chosen()} (named by you)`));
  picker.append(make("option", "", { value: OTHER }, "Another model…"));
  picker.value = chosen();
  other.hidden = true;
  strictness.replaceChildren(...found.levels.map((level) => make("option", "", { value: level === "balanced" ? "" : level }, LEVELS[level] ?? level)));
  strictness.value = choice.strictness;
  const judges = found.judges.map((name) => [name, name.split(/[/\\]/).pop()]);
  const models = found.models.filter((model) => model.llm !== "extractive").map((model) => [model.llm, model.name]);
  judge.replaceChildren(make("option", "", { value: "" }, "None beside the check"), ...[...judges, ...models].map(([value, name]) => make("option", "", { value }, name)));
  judge.value = choice.judge;
  if (judge.value !== choice.judge) judge.append(make("option", "", { value: choice.judge }, `${choice.judge} (not found)`));
  judge.value = choice.judge;
  missing.replaceChildren(...found.missing.map((words) => make("li", "", {}, words)));
  describe();
}

async function load(asked = false) {
  again.disabled = true;
  try {
    const response = await fetch("/api/models");
    if (!response.ok) throw new Error();
    found = await response.json();
    await remembered;
    draw();
    if (asked) announce(`${found.models.length} models found.`);
  } catch {
    about.textContent = "Which models there are can’t be told: Onrecord does not answer.";
  }
  again.disabled = false;
}

picker.addEventListener("change", () => {
  other.hidden = picker.value !== OTHER;
  if (picker.value === OTHER) {
    describe();
    other.focus();
  } else choose({ llm: picker.value === found.own ? "" : picker.value });
});
other.addEventListener("keydown", (event) => {
  if (event.key === "Escape") draw();
  if (event.key === "Escape" || event.key === "Enter") {
    event.preventDefault();
    if (event.key === "Enter") other.blur();
    picker.focus();
  }
});
other.addEventListener("blur", () => {
  if (other.value.trim()) choose({ llm: other.value.trim() });
  other.value = "";
  draw();
});
strictness.addEventListener("change", () => choose({ strictness: strictness.value }));
judge.addEventListener("change", () => choose({ judge: judge.value }));

function fill() {
  const place = one("#models");
  tell();
  if (!place || place.firstChild) return;
  place.append(make("div", "row", {}, picker, other, more), about);
  load();
}

const remembered = remember();
// Gradio builds its parts when it likes, perhaps anew.
new MutationObserver(fill).observe(document.documentElement, { childList: true, subtree: true });
fill();
