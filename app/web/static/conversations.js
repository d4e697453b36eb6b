// The list of conversations: search, open, rename, delete, export; and editing or asking a question again.
import { all, one, put } from "./dom.js";

const NARROW = matchMedia("(max-width: 900px)");
const API = "/api/conversations";

let listed = []; // what the list shows
let more = false; // whether there are older ones
let query = "";
let open = ""; // the id of the conversation that is shown
let wanted = null; // the id of the one that was asked for and is still on its way
let seen = null; // the mark by which the server says what is shown
let asked = 0; // answers to the newest request for the list alone are shown
let gone = null; // the conversation that was deleted last
let undrawn = false; // whether something new waits until nobody chooses or types in the list

// A DOM element with properties and children; text stays text.
function make(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in made && !name.startsWith("aria")) made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

async function call(path, method = "GET", body) {
  const response = await fetch(API + path, {
    method,
    headers: body ? { "Content-Type": "application/json" } : {},
    body: body && JSON.stringify(body),
  });
  if (response.status === 401) location.reload();
  const said = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(typeof said.detail === "string" ? said.detail : "That did not work. Try again.");
  return said;
}

// Puts a text into one of Gradio's hidden boxes and presses one of its hidden buttons.
async function tell(box, text, button) {
  const field = one(`#${box} textarea, #${box} input`);
  put(field, text);
  await new Promise(requestAnimationFrame);
  (one(`#${button} button`) ?? one(`#${button}`)).click();
}

// ---- the list

async function refresh(keep = 0) {
  const mine = ++asked;
  try {
    const found = await call(`?q=${encodeURIComponent(query)}&skip=${keep}`);
    if (mine !== asked) return;
    listed = [...listed.slice(0, keep), ...found.conversations];
    more = found.more;
    draw();
  } catch (error) {
    say(error.message);
  }
}

function day(seconds) {
  const midnight = new Date().setHours(0, 0, 0, 0);
  const then = new Date(seconds * 1000).setHours(0, 0, 0, 0);
  const days = Math.round((midnight - then) / 86_400_000);
  if (days <= 0) return "Today";
  if (days === 1) return "Yesterday";
  if (days < 7) return new Date(then).toLocaleDateString("en", { weekday: "long" });
  const year = new Date(then).getFullYear() === new Date().getFullYear() ? undefined : "numeric";
  return new Date(then).toLocaleDateString("en", { month: "long", year });
}

function draw() {
  const list = one("#conversations .list");
  if (!list) return;
  undrawn = Boolean(one("[role=menu], li > input", list));
  if (undrawn) return;
  const name = listed.find((item) => item.id === open)?.name;
  document.title = name ? `${name} · Onrecord` : "Onrecord";
  const focused = document.activeElement?.closest?.("#conversations [data-id]")?.dataset.id;
  const part = document.activeElement?.matches(".menu") ? ".menu" : "a";
  const parts = [];
  let heading = null;
  for (const conversation of listed) {
    const when = day(conversation.touched);
    if (when !== heading) parts.push(make("h3", { "aria-level": "2" }, when), make("ul"));
    heading = when;
    parts.at(-1).append(row(conversation));
  }
  if (!listed.length) {
    const none = query ? "No conversation has these words." : "What you ask is kept here, until you delete it.";
    parts.push(make("p", { className: "none" }, none));
  }
  if (more) parts.push(make("button", { type: "button", className: "more-of-them" }, "Show older ones"));
  list.replaceChildren(...parts);
  one("#conversations .count").textContent = query ? `${listed.length} found` : "";
  if (focused) one(`#conversations [data-id="${CSS.escape(focused)}"] ${part}`)?.focus({ preventScroll: true });
}

function row(conversation) {
  const link = make("a", { href: `/?c=${conversation.id}`, title: conversation.name, dir: "auto" }, conversation.name);
  if (conversation.id === open) link.setAttribute("aria-current", "page");
  const button = make("button", {
    type: "button",
    className: "menu",
    "aria-haspopup": "menu",
    "aria-expanded": "false",
    "aria-label": `Rename, export or delete “${conversation.name}”`,
  });
  const item = make("li", { "data-id": conversation.id }, link, button);
  if (conversation.found.length) {
    const stretches = conversation.found.map(([text, found]) => (found ? make("mark", {}, text) : text));
    item.append(make("p", { className: "found", dir: "auto" }, ...stretches));
  }
  return item;
}

function say(text, action, act) {
  const bar = one("#conversations .said-so");
  const parts = text ? [make("span", {}, text)] : [];
  if (action) {
    const button = make("button", { type: "button" }, action);
    button.addEventListener("click", act);
    parts.push(button);
  }
  if (text) {
    const close = make("button", { type: "button", className: "close", "aria-label": "Close this message" });
    close.addEventListener("click", () => say(""));
    parts.push(close);
  }
  bar.replaceChildren(...parts);
}

// ---- what is done with one

async function act(work) {
  try {
    return await work();
  } catch (error) {
    say(error.message);
  }
}

function menu(button) {
  const was = one("#conversations [role=menu]");
  close(false);
  if (was && was.parentElement === button.parentElement) return;
  const { id } = button.parentElement.dataset;
  const choice = (name, run) => {
    const made = make("button", { type: "button", role: "menuitem", tabIndex: -1 }, name);
    made.addEventListener("click", () => (close(true), run()));
    return made;
  };
  const file = (name, suffix) =>
    make("a", { role: "menuitem", tabIndex: -1, href: `${API}/${id}/export.${suffix}`, download: "" }, name);
  const items = [
    choice("Rename", () => rename(id)),
    file("Export as Markdown", "md"),
    file("Export as a web page", "html"),
    file("Export as JSON", "json"),
    choice("Delete", () => remove(id)),
  ];
  button.setAttribute("aria-expanded", "true");
  button.after(make("div", { role: "menu", "aria-label": "This conversation" }, ...items));
  items[0].focus();
  items.at(-1).scrollIntoView({ block: "nearest" });
}

function close(focus) {
  const shown = one("#conversations [role=menu]");
  if (!shown) return;
  const button = shown.previousElementSibling;
  button.setAttribute("aria-expanded", "false");
  shown.remove();
  if (focus) button.focus();
  if (undrawn) setTimeout(draw); // later: a click that closes the menu may be meant for what is drawn now
}

function rename(id) {
  const item = one(`#conversations [data-id="${CSS.escape(id)}"]`);
  const link = one("a", item);
  const input = make("input", { type: "text", value: link.textContent, maxLength: 200, dir: "auto", "aria-label": "Name" });
  let done = false;
  const finish = async (save) => {
    if (done) return;
    done = true;
    const name = input.value.trim();
    input.replaceWith(link);
    if (save && name && name !== link.textContent) {
      const renamed = await act(() => call(`/${id}`, "PATCH", { name }));
      if (renamed) listed = listed.map((old) => (old.id === id ? { ...old, name: renamed.name } : old));
      draw();
    } else if (undrawn) draw();
    one(`#conversations [data-id="${CSS.escape(id)}"] a`)?.focus();
  };
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") finish(true);
    if (event.key === "Escape") finish(false);
    event.stopPropagation();
  });
  input.addEventListener("blur", () => finish(true));
  link.replaceWith(input);
  input.select();
}

async function remove(id) {
  const at = listed.findIndex((item) => item.id === id);
  if (!(await act(() => call(`/${id}`, "DELETE")))) return;
  gone = { ...listed[at], open: id === open };
  listed = listed.filter((item) => item.id !== id);
  draw();
  if (gone.open) fresh();
  say(`“${gone.name}” is deleted.`, "Undo", async () => {
    const back = await act(() => call(`/${id}/undelete`, "POST", {}));
    if (!back) return;
    say("");
    if (gone.open) show(id);
    await refresh();
    one(`#conversations [data-id="${CSS.escape(id)}"] a`)?.focus();
  });
  (one(`#conversations li:nth-child(${at + 1}) a`) ?? one("#conversations .said-so button")).focus();
}

// ---- which one is shown

function address(id, how = "pushState") {
  const url = id ? `/?c=${id}` : "/";
  if (location.pathname + location.search !== url) history[how]({}, "", url);
}

function show(id) {
  wanted = id;
  tell("wanted", id, "open-conversation");
}

function fresh() {
  address("");
  one("#new")?.click();
}

// The server marks the page with the conversation that it shows; everything else follows from that mark.
function follow() {
  const mark = one("#open .open");
  const now = mark && mark.className + mark.textContent;
  if (!mark || now === seen) return;
  const first = seen === null;
  seen = now;
  open = /(?:^| )k-(\w+)/.exec(mark.className)?.[1] ?? "";
  const addressed = new URLSearchParams(location.search).get("c") ?? "";
  if (first && !open && addressed && !mark.textContent) {
    seen = null; // the page has just been loaded, and what its address names is still on its way
    return;
  }
  const late = wanted !== null && wanted !== open && !mark.textContent && mark.classList.contains("ended");
  if (!late) {
    wanted = null;
    if (open !== addressed) address(open, open || mark.textContent ? "replaceState" : "pushState");
  }
  if (mark.textContent) say(mark.textContent);
  refresh();
}

// ---- editing a question, and asking it again

function edit(button) {
  const number = /q-(\d+)/.exec(button.className)[1];
  const question = all("#chat .question")[number - 1];
  if (button.classList.contains("again")) return redo(number, question.textContent);
  const field = make("textarea", { value: question.textContent, rows: 3, dir: "auto", "aria-label": "Your question" });
  const ask = make("button", { type: "submit" }, "Ask");
  const cancel = make("button", { type: "button" }, "Cancel");
  const form = make("form", { className: "editing" }, field, make("div", {}, ask, cancel));
  const stop = () => {
    form.remove();
    question.hidden = false;
    button.parentElement.hidden = false;
    button.focus();
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!field.value.trim()) return;
    stop();
    redo(number, field.value);
  });
  cancel.addEventListener("click", stop);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") stop();
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  question.hidden = true;
  button.parentElement.hidden = true;
  question.after(form);
  field.focus();
}

function redo(number, question) {
  const later = all("#chat .question").length - number;
  tell("redo", `${number} ${question}`, "ask-again");
  if (!later) return;
  const told = later === 1 ? "The turn after it was put by." : `The ${later} turns after it were put by.`;
  const id = open;
  say(told, "Bring back", async () => {
    if (await act(() => call(`/${id}/restore`, "POST", {}))) (say(""), show(id));
  });
}

// ---- the panel itself

function fold(shown) {
  document.documentElement.classList.toggle("past-shown", shown);
  one("#show-past")?.setAttribute("aria-expanded", String(shown));
}

function build(panel) {
  const search = make("input", {
    type: "search",
    placeholder: "Search conversations",
    "aria-label": "Search conversations",
    autocomplete: "off",
  });
  const fresher = make("button", { type: "button", className: "fresh" }, "New chat");
  const rated = make("a", { href: "/api/feedback.yaml", download: "", className: "rated" }, "Export feedback");
  rated.title = "What you rated, as questions for onrecord eval";
  const nav = make(
    "nav",
    { "aria-label": "Conversations" },
    make("div", { className: "tools" }, fresher, search),
    make("p", { className: "count", role: "status" }),
    make("div", { className: "list" }),
    make("div", { className: "said-so", role: "status" }),
    make("p", { className: "foot" }, rated),
  );
  panel.replaceChildren(nav);
  greet(one(".foot", nav));
  let waiting;
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => ((query = search.value.trim()), refresh()), 150);
  });
  fresher.addEventListener("click", () => (leave(), fresh()));
  const button = one("#show-past");
  button.setAttribute("aria-controls", "conversations");
  const fit = () => fold(!NARROW.matches && localStorage.getItem("onrecord-past") !== "folded");
  NARROW.addEventListener("change", fit);
  fit();
}

// Who is logged in, and the way out.
async function greet(foot) {
  const { person } = await fetch("/api/me").then((response) => response.json());
  if (!person) return;
  const out = make("button", { type: "button", title: person }, "Log out");
  out.addEventListener("click", async () => {
    await fetch("/logout", { method: "POST" });
    location.assign("/");
  });
  foot.append(out);
}

function leave() {
  if (NARROW.matches) fold(false);
}

function clicked(event) {
  const within = (selector) => event.target.closest(selector);
  if (!within("#conversations [role=menu], #conversations .menu")) close(false);
  if (within("#new")) wanted = null;
  if (within("#show-past")) {
    fold(!document.documentElement.classList.contains("past-shown"));
    const shown = document.documentElement.classList.contains("past-shown");
    if (!NARROW.matches) localStorage.setItem("onrecord-past", shown ? "shown" : "folded");
    if (shown) one("#conversations input").focus();
  } else if (within("#conversations .menu")) menu(within(".menu"));
  else if (within("#conversations .more-of-them")) refresh(listed.length);
  else if (within("#chat button.edit, #chat button.again")) edit(within("button"));
  else if (within("#conversations li > a") && !(event.metaKey || event.ctrlKey || event.shiftKey || event.button)) {
    event.preventDefault();
    const { id } = within("li").dataset;
    address(id);
    show(id);
    leave();
  } else if (NARROW.matches && !within("#past, #show-past") && document.documentElement.classList.contains("past-shown")) {
    fold(false);
  }
}

function pressed(event) {
  const shown = one("#conversations [role=menu]");
  if (shown) {
    const items = all("[role=menuitem]", shown);
    const at = items.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 + items.length, Home: 0, End: items.length - 1 }[event.key];
    if (to !== undefined) (event.preventDefault(), items[to % items.length].focus());
    if (event.key === "Escape") (event.preventDefault(), close(true));
    if (event.key === "Tab") close(false);
    return;
  }
  const item = event.target.closest?.("#conversations li");
  if (item && event.key === "F2") rename(item.dataset.id);
  if (item && event.key === "Delete") remove(item.dataset.id);
  if (event.key === "Escape" && NARROW.matches && event.target.closest?.("#past")) (fold(false), one("#show-past").focus());
}

document.addEventListener("click", clicked);
document.addEventListener("keydown", pressed);
window.addEventListener("popstate", () => {
  const id = new URLSearchParams(location.search).get("c") ?? "";
  if (id !== (wanted ?? open)) id ? show(id) : one("#new")?.click();
});
new MutationObserver(() => {
  const panel = one("#conversations");
  if (panel && one("#show-past") && !panel.firstChild) build(panel);
  follow();
}).observe(document.documentElement, { childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ["class"] });
