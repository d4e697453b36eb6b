// What questions are restricted to: a line above the question's box, each part of which can be taken away.
import { announce, button, day, make, one, put } from "/onrecord/dom.js";

const scope = { documents: new Map(), sources: [], tags: [], since: "", until: "" };
const watchers = [];

/** Be told when the restriction changes. */
export const onScope = (watcher) => watchers.push(watcher);
export const chosen = (id) => scope.documents.has(id);
export const isRestricted = () =>
  Boolean(scope.documents.size || scope.sources.length || scope.tags.length || scope.since || scope.until);

/** Restrict questions: documents are [id, title] pairs; a part that is not given is lifted. */
export function restrict({ documents = [], sources = [], tags = [], since = "", until = "" }) {
  Object.assign(scope, { documents: new Map(documents), sources: [...sources], tags: [...tags], since, until });
  changed();
  announce(isRestricted() ? `Questions now go to: ${words().map(([text]) => text).join(", ")}` : "Questions go to everything.");
}

/** Take documents that are no longer there out of it. */
export function forget(ids) {
  const before = scope.documents.size;
  for (const id of ids) scope.documents.delete(id);
  if (scope.documents.size !== before) changed();
}

function changed() {
  tell();
  draw();
  for (const watcher of watchers) watcher();
}

/** Put the restriction where the question's handler reads it. */
function tell() {
  const box = one("#scope textarea, #scope input");
  if (!box) return;
  const value = isRestricted() ? JSON.stringify({ ...scope, documents: [...scope.documents.keys()] }) : "";
  if (box.value !== value) put(box, value);
}

/** Each part in words, and what takes it away. */
function words() {
  const parts = [];
  const { documents } = scope;
  if (documents.size) {
    const [title] = documents.values();
    const text = documents.size === 1 ? `“${title}”` : `${documents.size.toLocaleString("en")} documents`;
    parts.push([text, () => documents.clear()]);
  }
  for (const source of scope.sources) parts.push([source, () => remove(scope.sources, source)]);
  for (const tag of scope.tags) parts.push([`#${tag}`, () => remove(scope.tags, tag)]);
  if (scope.since) parts.push([`since ${spoken(scope.since)}`, () => (scope.since = "")]);
  if (scope.until) parts.push([`until ${spoken(scope.until)}`, () => (scope.until = "")]);
  return parts;
}

const remove = (list, item) => list.splice(list.indexOf(item), 1);

/** A day, month or year as people say it. */
function spoken(iso) {
  const month = /^(\d{4})-(\d\d)$/.exec(iso);
  if (!month) return day(iso);
  const date = new Date(Date.UTC(Number(month[1]), Number(month[2]) - 1));
  return date.toLocaleDateString("en-GB", { month: "long", year: "numeric", timeZone: "UTC" });
}

function draw() {
  const place = one("#only");
  if (!place) return;
  if (!isRestricted()) {
    if (place.firstChild) place.replaceChildren();
    return;
  }
  const parts = words().map(([text, take]) => {
    const away = () => {
      take();
      changed();
      one("#only button")?.focus();
    };
    return make("li", "part", {}, make("span", "", {}, text), button("lift", `Don’t restrict to ${text}`, away, "×"));
  });
  const all = button("everything", "Ask everything again", () => restrict({}), "Ask everything");
  const line = make("div", "only", { role: "group", "aria-label": "Questions are restricted" });
  line.append(make("span", "lead", {}, "Only:"), make("ul", "", {}, ...parts), all);
  place.replaceChildren(line);
}

// Gradio may build its parts anew, without what stood in them.
new MutationObserver(() => {
  if (!isRestricted()) return;
  if (one("#only") && !one("#only .only")) draw();
  tell();
}).observe(document.documentElement, { childList: true, subtree: true });
