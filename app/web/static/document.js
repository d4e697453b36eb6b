// A document as the server gives it, piece by piece: fetched, cut into runs, its quotes marked.
import { make } from "./dom.js";

/** Characters start to end of a document, with what is known of it; of one that is gone, what stands at its address now. */
export async function fetched(id, start, end, uri = "") {
  const query = new URLSearchParams({ start: Math.max(0, start), end, ...(uri ? { uri } : {}) });
  try {
    const response = await fetch(`/api/documents/${encodeURIComponent(id)}?${query}`, { headers: { Accept: "application/json" } });
    return await response.json();
  } catch {
    return null;
  }
}

/** The part of a piece from one character of the document to another; both are counted as the library counts. */
export function slice(piece, start, end) {
  const [from, to] = [start - piece.start, end - piece.start];
  if (!/[\ud800-\udfff]/.test(piece.text)) return piece.text.slice(from, to);
  piece.characters ??= Array.from(piece.text);
  return piece.characters.slice(from, to).join("");
}

/** Cut start..end into runs: the quote itself, what other quotes hold, and the rest. */
function runs(start, end, quote, spans) {
  const edges = new Set([start, end]);
  for (const [low, high] of [...(quote ? [quote] : []), ...spans.map((span) => span.quote)]) {
    for (const edge of [low, high]) if (start < edge && edge < end) edges.add(edge);
  }
  const cuts = [...edges].sort((a, b) => a - b);
  return cuts.slice(1).map((high, at) => {
    const low = cuts[at];
    const within = ([from, to]) => from <= low && high <= to;
    return { low, high, main: Boolean(quote) && within(quote), other: spans.find((span) => within(span.quote)) };
  });
}

/** A piece with the quote marked, and the spans of other quotes, each of which `choose` is called with. */
export function rendered(piece, quote, spans, choose) {
  const made = make("span", "piece");
  let mark = null;
  for (const run of runs(piece.start, piece.end, quote, spans)) {
    const words = slice(piece, run.low, run.high);
    if (run.main) {
      if (!mark) made.append((mark = make("mark")));
      mark.append(words);
      continue;
    }
    mark = null;
    if (!run.other) made.append(words);
    else {
      const also = make("span", "also", { title: `Quote ${run.other.number}` }, words);
      also.addEventListener("click", () => choose(run.other));
      made.append(also);
    }
  }
  return made;
}
