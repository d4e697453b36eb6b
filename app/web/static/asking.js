// Empties the box of a question that was taken: Gradio may put back what had stood there a moment before.
import { all, one, put } from "./dom.js";

let sent = null; // the question that was sent, until somebody types
let before = 0; // questions in the conversation when it was
let watching = 0;
let emptying = false;

const box = () => one("#ask textarea");
const taken = () => all("#chat .question").length > before;

function send() {
  sent = box()?.value.trim() || null;
  before = all("#chat .question").length;
  watch(++watching, 10);
}

// Looks ten times a second until the answer is there, and for a second from then on.
function watch(own, left) {
  if (own !== watching || sent === null || !left) return;
  if (taken() && box()?.value.trim() === sent) empty(box());
  setTimeout(watch, 100, own, taken() && !one("#chat .answer.busy") ? left - 1 : left);
}

function empty(field) {
  emptying = true;
  put(field, "");
  emptying = false;
}

document.addEventListener(
  "keydown",
  (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.target === box()) send();
  },
  { capture: true },
);
document.addEventListener("click", (event) => event.target.closest("#ask button") && send(), { capture: true });
document.addEventListener("input", (event) => event.target === box() && !emptying && (sent = null));
