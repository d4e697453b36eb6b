// Adding to the library: files and folders that are dropped or chosen, web addresses, and how far each of them is.
import { announce, button, make, one } from "/onrecord/dom.js";
import { act, sendAddress, sendFile } from "/onrecord/library_api.js";

const KINDS = [".txt", ".md", ".html", ".htm", ".pdf"];
const MOST = 200; // documents at once
const LARGEST = 64 * 2 ** 20;
const TOTAL = 1024 * 2 ** 20;
const AT_ONCE = 2; // one on its way while another is being stored

const plural = (number, thing) => `${number.toLocaleString("en")} ${thing}${number === 1 ? "" : "s"}`;
const known = (name) => KINDS.some((kind) => name.toLowerCase().endsWith(kind));

/** The place to drop things and what came of them; stored is called for each document, idle when nothing waits. */
export function adder({ stored, idle }) {
  const waiting = [];
  const running = new Set();
  const counts = { all: 0, done: 0, bad: 0 };

  const files = make("input", "away", { type: "file", multiple: "", accept: KINDS.join(","), "aria-label": "Choose files to add" });
  const folder = make("input", "away", { type: "file", webkitdirectory: "", "aria-label": "Choose a folder to add" });
  for (const input of [files, folder]) {
    input.addEventListener("change", () => {
      take([...input.files].map((file) => [file, file.webkitRelativePath || file.name]));
      input.value = "";
    });
  }
  const zone = make("div", "drop", { id: "drop" });
  const lead = make("p", "", {}, "Drop files or folders here, or ");
  lead.append(
    button("link", "Choose files to add", () => files.click(), "choose files"), " or ",
    button("link", "Choose a folder to add", () => folder.click(), "a folder"), ".",
  );
  zone.append(lead, make("p", "fine", {}, "Text, Markdown, web pages and PDF, up to 64 MB each, 200 at a time."), files, folder);

  const url = make("input", "", { type: "url", placeholder: "https://…", "aria-label": "Web address to add", maxlength: 4000, autocomplete: "off" });
  const form = make("form", "address", {}, url, make("button", "", { type: "submit" }, "Add page"));
  form.noValidate = true;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const wanted = url.value.trim();
    if (!wanted) return;
    begin();
    enqueue(wanted, (step, signal) => sendAddress(wanted, step, signal));
    url.value = "";
  });

  const summary = make("p", "summary", { role: "status" });
  const tools = make("span", "tools");
  const rows = make("ul", "adding");
  const report = make("div", "report", { id: "added", hidden: "" }, make("div", "head", {}, summary, tools), rows);

  document.addEventListener("dragover", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    zone.classList.add("over");
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) zone.classList.remove("over");
  });
  document.addEventListener("drop", async (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    zone.classList.remove("over");
    take(await dropped(event.dataTransfer));
  });

  /** Add the files that can be added; the others are said. */
  function take(found) {
    if (!found.length) return;
    begin();
    const inside = found.filter(([, name]) => !name.includes("/") || (known(name) && !/(^|\/)\./.test(name)));
    let total = 0;
    for (const [file, name] of inside.slice(0, MOST)) {
      total += file.size;
      const problem = problemOf(file, name, total);
      enqueue(name, (step, signal) => sendFile(file, name, step, signal), problem);
    }
    const left = [];
    if (found.length > inside.length) left.push(`${plural(found.length - inside.length, "file")} of other kinds passed over.`);
    if (inside.length > MOST) left.push(`Only ${MOST} are taken at a time: ${plural(inside.length - MOST, "file")} left out. Drop the rest afterwards.`);
    if (!inside.length && found.length) left.push("There was no text, Markdown, web page or PDF among them.");
    if (left.length) note(left.join(" "));
  }

  function problemOf(file, name, total) {
    if (!known(name)) return "Onrecord reads .txt, .md, .html and .pdf. Convert it, or leave it out.";
    if (file.size > LARGEST) return "This file is larger than 64 MB. Split it and add the parts.";
    if (total > TOTAL) return "Together these files are larger than 1 GB. Add the rest afterwards.";
    return "";
  }

  function note(words) {
    rows.append(make("li", "note", {}, words));
    report.hidden = false;
    draw();
  }

  /** What came of the last ones gives way, unless some of them are still on their way. */
  function begin() {
    if (counts.done + counts.bad < counts.all) return;
    rows.replaceChildren();
    Object.assign(counts, { all: 0, done: 0, bad: 0 });
  }

  function enqueue(name, send, problem = "") {
    counts.all += 1;
    const state = make("span", "state", {}, "waiting…");
    const bar = make("progress", "", { max: 1, "aria-label": `Progress of ${name}` });
    bar.value = 0;
    const cancel = button("cancel", `Cancel ${name}`, () => stop(job), "×");
    const row = make("li", "", {}, make("span", "name", {}, name), cancel, bar, state);
    const job = { name, send, row, state, bar, cancel, abort: new AbortController(), over: false };
    rows.append(row);
    report.hidden = false;
    if (problem) over(job, "bad", problem);
    else waiting.push(job);
    draw();
    next();
  }

  function next() {
    while (running.size < AT_ONCE && waiting.length) {
      const job = waiting.shift();
      running.add(job);
      run(job).finally(() => {
        running.delete(job);
        next();
        if (!running.size && !waiting.length) idle();
      });
    }
    draw();
  }

  async function run(job) {
    job.state.textContent = "sending…";
    try {
      await job.send((step) => show(job, step), job.abort.signal);
      if (!job.over) over(job, "bad", "Onrecord broke off. Try again.");
    } catch (error) {
      over(job, "bad", error.name === "AbortError" ? "Cancelled." : error.message);
    }
  }

  function show(job, step) {
    if (job.over) return;
    if (step.step === "failed") over(job, "bad", step.error);
    else if (step.step === "stored") {
      const words = { added: "added", replaced: "took the place of its earlier version", unchanged: "was here already" };
      over(job, "good", `${words[step.status] || step.status}${step.copy_of ? "; a copy of another document, the two count as one source" : ""}`);
      stored(step);
      if (step.aside) {
        choice(job, "Keep both", `Keep the earlier version of ${job.name} too`, "restore", step.aside, "added; its earlier version stays too");
      } else if (step.namesake) {
        job.state.textContent += "; another document of this name has other words, and stays";
        choice(job, "Replace it", `Remove the other document named ${job.name}`, "remove", step.namesake, "took the place of the other document of this name");
      }
    } else if (step.step === "embedding") {
      job.bar.max = Math.max(step.total, 1);
      job.bar.value = step.done;
      job.state.textContent = `embedding ${step.done.toLocaleString("en")} of ${plural(step.total, "passage")}…`;
    } else {
      const words = { waiting: "waiting for its turn…", fetching: "fetching the page…", reading: "reading…" };
      job.state.textContent = words[step.step] || "";
    }
  }

  /** Offer the other way to deal with a document of the same name, once. */
  function choice(job, name, label, what, id, words) {
    const chosen = button("link", label, async () => {
      chosen.disabled = true;
      try {
        await act(what, { documents: [id] });
        job.state.textContent = words;
        stored();
      } catch (error) {
        job.state.textContent = error.message;
      }
      one("button", tools)?.focus(); // the button that was pressed is gone
      announce(job.state.textContent);
    }, name);
    job.state.append(" · ", chosen);
  }

  function stop(job) {
    const at = waiting.indexOf(job);
    if (at >= 0) {
      waiting.splice(at, 1);
      over(job, "bad", "Cancelled.");
      if (!running.size && !waiting.length) idle();
    } else job.abort.abort();
  }

  function over(job, kind, words) {
    if (job.over) return;
    job.over = true;
    counts[kind === "good" ? "done" : "bad"] += 1;
    job.row.className = kind;
    job.state.textContent = words;
    job.bar.remove();
    job.cancel.remove();
    draw();
  }

  function draw() {
    const left = counts.all - counts.done - counts.bad;
    const parts = [`${counts.done.toLocaleString("en")} of ${plural(counts.all, "document")} stored`];
    if (counts.bad) parts.push(`${counts.bad} not`);
    summary.textContent = counts.all ? parts.join(" · ") : "";
    const tool = left
      ? button("link", "Cancel all that is left", () => [...waiting, ...running].forEach(stop), "Cancel all")
      : button("link", "Clear this report", clear, "Clear");
    if (tools.textContent !== tool.textContent) tools.replaceChildren(tool);
    if (!left && counts.all) announce(summary.textContent);
  }

  function clear() {
    rows.replaceChildren();
    Object.assign(counts, { all: 0, done: 0, bad: 0 });
    report.hidden = true;
    one("#library input[type=search]")?.focus();
  }

  return { parts: [zone, form, report], busy: () => Boolean(running.size || waiting.length) };
}

const carriesFiles = (event) => [...(event.dataTransfer?.types || [])].includes("Files");

/** The files that were dropped, those in folders too, each with its name there. */
async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files].map((file) => [file, file.name]);
  const found = [];
  for (const entry of entries) await walk(entry, "", found);
  return found;
}

async function walk(entry, above, found) {
  if (found.length > 5000) return;
  const name = above + entry.name;
  if (entry.isFile) {
    const file = await new Promise((give) => entry.file(give, () => give(null)));
    if (file) found.push([file, name]);
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    const some = await new Promise((give) => reader.readEntries(give, () => give([])));
    if (!some.length) return;
    for (const one of some) await walk(one, `${name}/`, found);
  }
}
