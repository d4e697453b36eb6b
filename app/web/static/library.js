// The library in the page: add, search, filter, tag, open, remove and restrict a question.
import { make, one } from "/onrecord/dom.js";
import { adder } from "/onrecord/library_adding.js";
import { lister } from "/onrecord/library_list.js";

const heading = make("h2", "whose");
const about = make("p", "about");
let wasSample = null;

const list = lister({ told, changed });
const add = adder({ stored: () => list.refreshSoon(), idle: changed });

function told({ sample, total }) {
  heading.textContent = `${sample ? "The sample library" : "Your library"} · ${total.toLocaleString("en")} document${total === 1 ? "" : "s"}`;
  if (wasSample && !sample) {
    about.className = "about switched";
    about.textContent = "Questions now go to your own library, no longer to the sample.";
  } else if (sample) {
    about.className = "about";
    about.textContent = "Articles by invented outlets, to try things on. Add a document of yours, and yours are asked instead.";
  } else if (about.className !== "about switched") about.textContent = "";
  wasSample = sample;
}

/** Let the conversation know that documents came or went, and show what there is. */
function changed() {
  one("#library-changed")?.click();
  list.refreshSoon();
}

function fill() {
  const place = one("#library");
  if (!place || place.firstChild) return;
  place.append(heading, about, ...add.parts, ...list.parts);
  list.load();
}

// The tab is built when it is first opened, and may be built anew.
new MutationObserver(fill).observe(document.documentElement, { childList: true, subtree: true });
fill();
