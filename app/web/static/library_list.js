// The list of documents: searched, filtered, sorted, ticked, tagged, removed and brought back, a page at a time.
import { announce, button, day, make, one } from "/onrecord/dom.js";
import { act, list } from "/onrecord/library_api.js";
import { forget, restrict } from "/onrecord/scope.js";

const PAGE = 50;
const MOST = 1000; // documents that can be ticked, tagged or removed together
const ORDERS = [["added", "Newest first"], ["published", "By date"], ["title", "By title"], ["source", "By outlet"], ["passages", "By length"]];
const plural = (number, thing) => `${number.toLocaleString("en")} ${thing}${number === 1 ? "" : "s"}`;

/** The list; told is called with each first page, changed whenever documents came or went here. */
export function lister({ told, changed }) {
  const filter = { q: "", sources: new Set(), tags: new Set(), since: "", until: "", order: "added" };
  const ticked = new Map();
  let shown = 0;
  let found = 0;
  let sample = false;
  let asking = null;
  let again = 0;

  const search = make("input", "", { type: "search", placeholder: "Search titles, outlets and texts", "aria-label": "Search the library", autocomplete: "off" });
  const order = make("select", "", { "aria-label": "Order" });
  for (const [value, label] of ORDERS) order.append(make("option", "", { value }, label));
  const since = make("input", "", { type: "date", "aria-label": "Published since" });
  const until = make("input", "", { type: "date", "aria-label": "Published until" });
  const outlets = make("div", "facet", { role: "group", "aria-label": "Outlets" });
  const tags = make("div", "facet", { role: "group", "aria-label": "Tags" });
  const days = make("div", "days", {}, make("label", "", {}, "since ", since), make("label", "", {}, "until ", until));
  const narrowing = make("details", "narrowing", {}, make("summary", "", {}, "Filter"), outlets, tags, days);
  const bar = make("div", "bar", { role: "group", "aria-label": "What is ticked or filtered" });
  const undo = make("div", "undo", { role: "status" });
  const rows = make("ul", "documents", { "aria-label": "Documents" });
  const state = make("p", "state", { role: "status" });
  const more = button("more", "Show more documents", () => load(shown), "Show more");
  const bin = make("details", "bin", { hidden: "" });

  let typing = 0;
  search.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(() => set({ q: search.value.trim() }), 200);
  });
  order.addEventListener("change", () => set({ order: order.value }));
  since.addEventListener("change", () => set({ since: since.value }));
  until.addEventListener("change", () => set({ until: until.value }));
  new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && !more.hidden && load(shown)).observe(more);

  function set(values) {
    Object.assign(filter, values);
    load(0);
  }

  const isFiltered = () => Boolean(filter.q || filter.sources.size || filter.tags.size || filter.since || filter.until);

  function query(skip, limit) {
    const wanted = new URLSearchParams({ q: filter.q, since: filter.since, until: filter.until, order: filter.order, skip, limit });
    for (const source of filter.sources) wanted.append("source", source);
    for (const tag of filter.tags) wanted.append("tag", tag);
    return wanted;
  }

  /** Show the documents from this one on; from the first on, everything anew. */
  async function load(skip, limit = PAGE) {
    if (skip && asking) return;
    asking?.abort();
    const mine = (asking = new AbortController());
    if (!rows.childElementCount) state.textContent = "Looking through the library…";
    try {
      const page = await list(query(skip, limit), mine.signal);
      if (mine !== asking) return;
      if (writing() && !skip) refreshSoon();
      else draw(page, skip);
    } catch (error) {
      if (error.name === "AbortError") return;
      state.textContent = error.message;
      state.append(" ", button("link", "Try again", () => load(0), "Try again"));
    } finally {
      if (mine === asking) asking = null;
    }
  }

  function draw(page, skip) {
    found = page.found;
    sample = page.sample;
    const made = page.documents.map(row);
    if (skip) rows.append(...made);
    else {
      rows.replaceChildren(...made);
      facet(outlets, page.sources, filter.sources, (name) => name);
      facet(tags, page.tags, filter.tags, (name) => `#${name}`);
      narrowing.hidden = page.total === 0;
      search.parentElement.hidden = page.total === 0;
      drawBin(page.aside);
      told(page);
    }
    shown = skip + page.documents.length;
    more.hidden = shown >= found || !page.documents.length;
    state.textContent = found ? "" : page.total ? "No document fits. Take a filter away, or search for less." : "No documents yet. Drop some above to start.";
    one("summary", narrowing).textContent = isFiltered() ? `Filter · ${plural(found, "document")} of ${page.total.toLocaleString("en")}` : "Filter";
    drawBar();
  }

  function facet(place, counted, chosen, label) {
    for (const name of chosen) if (!counted.some(([there]) => there === name)) chosen.delete(name);
    const made = counted.slice(0, 60).map(([name, count]) => {
      const chip = make("button", "chip", { type: "button", "aria-pressed": chosen.has(name) }, label(name), make("span", "count", {}, ` ${count.toLocaleString("en")}`));
      chip.addEventListener("click", () => {
        if (!chosen.delete(name)) chosen.add(name);
        load(0).then(() => [...place.children].find((other) => other.firstChild.textContent === label(name))?.focus());
      });
      return chip;
    });
    place.replaceChildren(...made);
    place.hidden = !made.length;
  }

  function row(entry) {
    const tick = make("input", "", { type: "checkbox", "aria-label": `Tick ${entry.title}` });
    tick.checked = ticked.has(entry.id);
    tick.addEventListener("change", () => {
      if (tick.checked && ticked.size < MOST) ticked.set(entry.id, entry.title);
      else ticked.delete(entry.id);
      tick.checked = ticked.has(entry.id);
      drawBar();
    });
    const open = button("title", `Open ${entry.title}`, () => {
      document.dispatchEvent(new CustomEvent("onrecord:open", { detail: { document: entry.id, id: entry.id } }));
    }, entry.title);
    const where = [entry.source, entry.published && day(entry.published), entry.author].filter(Boolean).join(" · ");
    const facts = [plural(entry.passages, "passage"), entry.quotations ? plural(entry.quotations, "quotation") : "", entry.copy_of ? "a copy of another" : ""];
    const body = make("div", "body", {}, open, make("p", "where", {}, where || "outlet and date not stated"), make("p", "facts", {}, facts.filter(Boolean).join(" · ")));
    if (!sample) body.append(tagLine(entry));
    const item = make("li", "", { "data-id": entry.id }, tick, body);
    if (!sample) item.append(button("remove", `Remove ${entry.title}`, () => remove(new Map([[entry.id, entry.title]])), "Remove"));
    return item;
  }

  function tagLine(entry) {
    const line = make("div", "tags");
    const fill = (focus) => {
      const made = entry.tags.map((tag) => make("span", "tag", {}, `#${tag}`, button("lift", `Take the tag ${tag} off`, () => change({ remove: [tag] }), "×")));
      line.replaceChildren(...made, button("link", `Tag ${entry.title}`, write, "+ tag"));
      if (focus) one(".link", line).focus();
    };
    const change = async (what) => {
      try {
        const { tags: left } = await act("tag", { documents: [entry.id], ...what });
        entry.tags = left[entry.id];
        fill(true);
        refreshSoon();
      } catch (error) {
        line.replaceChildren(make("span", "bad", { role: "alert" }, error.message));
      }
    };
    function write() {
      const box = make("input", "", { "aria-label": `New tag for ${entry.title}`, maxlength: 60, placeholder: "tag", list: "library-tags" });
      const form = make("form", "newtag", {}, box);
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        if (box.value.trim()) change({ add: [box.value.trim()] });
        else fill(true);
      });
      box.addEventListener("keydown", (event) => event.key === "Escape" && fill(true));
      line.lastChild.replaceWith(form);
      box.focus();
    }
    fill(false);
    return line;
  }

  function drawBar() {
    const parts = [];
    if (ticked.size) {
      parts.push(make("span", "count", {}, `${plural(ticked.size, "document")} ticked`), button("act", "Ask only the ticked documents", () => restrict({ documents: ticked }), "Ask only these"));
      if (!sample) parts.push(button("act", "Remove the ticked documents", () => remove(new Map(ticked)), "Remove"));
      parts.push(button("link", "Untick all", untick, "Untick"));
    } else if (isFiltered() && found) {
      const ask = () => restrict({ sources: filter.sources, tags: filter.tags, since: filter.since, until: filter.until });
      if (filter.q) parts.push(button("act", `Tick the ${found} documents found`, tickAll, `Tick ${found > MOST ? `the first ${MOST}` : found}`));
      else parts.push(button("act", "Ask only what the filter lets through", ask, `Ask only ${found === 1 ? "this" : `these ${found.toLocaleString("en")}`}`));
      parts.push(button("link", "Lift all filters", lift, "Lift filters"));
    }
    bar.replaceChildren(...parts);
  }

  function untick() {
    ticked.clear();
    for (const tick of rows.querySelectorAll("input[type=checkbox]")) tick.checked = false;
    drawBar();
  }

  function lift() {
    filter.sources.clear();
    filter.tags.clear();
    search.value = since.value = until.value = "";
    set({ q: "", since: "", until: "" });
  }

  async function tickAll() {
    for (let skip = 0; skip < Math.min(found, MOST); skip += 500) {
      for (const entry of (await list(query(skip, 500))).documents) if (ticked.size < MOST) ticked.set(entry.id, entry.title);
    }
    for (const item of rows.children) one("input", item).checked = ticked.has(item.dataset.id);
    drawBar();
  }

  async function remove(documents) {
    try {
      const { removed } = await act("remove", { documents: [...documents.keys()] });
      for (const id of removed) ticked.delete(id);
      forget(removed);
      const [title] = documents.values();
      const words = removed.length === 1 ? `Removed “${title}”.` : `Removed ${plural(removed.length, "document")}.`;
      undo.replaceChildren(make("span", "", {}, words), button("act", "Undo the removal", () => restore(removed), "Undo"));
      one("button", undo).focus();
      changed();
    } catch (error) {
      undo.replaceChildren(make("span", "bad", { role: "alert" }, error.message));
    }
    await load(0, Math.max(shown, PAGE));
  }

  async function restore(ids) {
    try {
      const { restored } = await act("restore", { documents: ids });
      undo.replaceChildren(make("span", "", {}, restored.length ? `${plural(restored.length, "document")} brought back.` : "This can’t be brought back any more."));
      changed();
    } catch (error) {
      undo.replaceChildren(make("span", "bad", { role: "alert" }, error.message));
    }
    await load(0, Math.max(shown, PAGE));
  }

  function drawBin(aside) {
    bin.hidden = !aside.length;
    const items = aside.slice(0, 100).map(([id, title]) => make("li", "", {}, make("span", "title", {}, title), button("link", `Bring back ${title}`, () => restore([id]), "Bring back")));
    bin.replaceChildren(make("summary", "", {}, `Recently removed · ${aside.length}`), make("p", "fine", {}, "Kept for a day after they were removed."), make("ul", "", {}, ...items));
  }

  /** Whether somebody is writing a tag, who would lose it if the list were drawn anew. */
  const writing = () => Boolean(one(".newtag :focus", rows));

  function refreshSoon() {
    clearTimeout(again);
    again = setTimeout(() => (writing() ? refreshSoon() : load(0, Math.max(Math.min(shown, 500), PAGE))), 300);
  }

  const controls = make("div", "controls", {}, search, order);
  return { parts: [undo, controls, narrowing, bar, rows, state, more, bin], load: () => load(0), refreshSoon };
}
