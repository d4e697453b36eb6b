"""Score who-said-what on PolNeAR: spans as CofeNet counts them, quoted words, speakers, and questions asked.

Run: python -m tests.benchmarks.quotes --data DIR --split dev [--json FILE]

(a) cofenet_*.jsonl: exact span F1 of content, source and cue over its BIO tokens, each of its lines by itself (Wang et
    al. 2022, Table 6), and the same where sharing a token is enough. Our spans are projected onto the tokens; as the
    corpus does, the comma that closes an apposition counts with the source.
(b) the other *.jsonl, by characters: contents that hold quotation marks, ours and theirs. Found: they overlap. Right
    speaker, of those found: our mention overlaps the annotated source and, where that is a name, our speaker is that
    name; where it is "he" or "she", our speaker is resolved.
(c) for each named source of an article, "What did {name} say?": ours by that speaker against the annotated contents.
    Contents whose annotated source is no name are counted neither way, since the corpus does not say who it is.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from retrieval.documents import Document, Span
from retrieval.quotations import Quotation, find_quotations, same_speaker

_BRACKETS = {"-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "-LCB-": "{", "-RCB-": "}"}
_SPELLINGS = {
    "``": ("“", '"', "„", "«", "‘‘"),
    "''": ("”", '"', "’’", "»"),
    "`": ("‘", "'", "’"),
    "'": ("’", "‘"),
    "...": ("…", ". . ."),
    "--": ("—", "–", "―"),
    "-": ("–", "—", "‑"),
}
_PRONOUN = re.compile(r"(?i)(he|she|they|it|who|we|i|you|which|that|his|her|their|its)$")
_NAME = re.compile(r"[A-Z][\w'’.-]+(?: (?:[A-Z][\w'’.-]*|de|van|von|bin|al))*")
_MARKS = re.compile(r"[“\"][^”\"]+[”\"]?|''.+?''|(?<!\w)['‘](?=\w)[^'’]*(?:['’]\w[^'’]*)*['’](?!\w)", re.DOTALL)


@dataclass
class Counts:
    """Hits among what we gave and what is annotated."""

    right_given: int = 0
    given: int = 0
    right_gold: int = 0
    gold: int = 0

    @property
    def f1(self) -> float:
        precision = self.right_given / self.given if self.given else 0.0
        recall = self.right_gold / self.gold if self.gold else 0.0
        return 2 * precision * recall / (precision + recall) if precision + recall else 0.0

    def __str__(self) -> str:
        return f"P {self.right_given}/{self.given}  R {self.right_gold}/{self.gold}  F1 {self.f1:.3f}"


def read(folder: Path, cofenet: bool) -> Iterator[dict[str, Any]]:
    """Yield the rows of a split: CofeNet's token files or the files with character offsets."""
    for path in sorted(folder.glob("*.jsonl*")):
        if path.name.startswith("cofenet") != cofenet:
            continue
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        yield from map(json.loads, content.splitlines())


def overlap(a: Span, b: Span) -> bool:
    return a[0] < b[1] and b[0] < a[1]


def any_overlap(ours: list[Span] | tuple[Span, ...], theirs: list[Span] | tuple[Span, ...]) -> bool:
    return any(overlap(a, b) for a in ours for b in theirs)


def place(tokens: list[str], text: str, at: int) -> tuple[list[Span], int]:
    """Return the characters of each token in the text from at on; an empty span for one that is not there."""
    spans = []
    for token in tokens:
        word = _BRACKETS.get(token, token)
        while at < len(text) and text[at].isspace():
            at += 1
        tries = (
            word,
            *_SPELLINGS.get(word, ()),
            word.replace("'", "’"),
            word.replace("-", "–"),
            word.replace("`", "‘"),
        )
        found = next((spelt for spelt in tries if text.startswith(spelt, at)), None)
        if found is None and len(word) > 2 and (further := text.find(word, at, at + 400)) >= 0:
            at, found = further, word
        spans.append((at, at + len(found or "")))
        at += len(found or "")
    return spans, at


def spans_of(labels: list[str], kind: str) -> set[Span]:
    found, start = set(), -1
    for index, label in enumerate([*labels, "O"]):
        if start >= 0 and label != f"I-{kind}":
            found.add((start, index))
            start = -1
        if label == f"B-{kind}":
            start = index
    return found


def projected(spans: list[Span], tokens: list[Span]) -> set[Span]:
    """Return character spans as the runs of tokens that they touch."""
    found = set()
    for start, end in spans:
        inside = [index for index, token in enumerate(tokens) if token[0] < token[1] and overlap(token, (start, end))]
        if inside:
            found.add((inside[0], inside[-1] + 1))
    return found


def source_span(text: str, mention: Span) -> Span:
    """Take in the comma that closes an apposition, as the corpus does."""
    start, end = mention
    return (start, end + 1) if "," in text[start:end] and text[end : end + 1] == "," else mention


def score_tokens(folder: Path, quoted: dict[str, tuple[Document, list[Quotation]]]) -> dict[str, Counts]:
    scores = {f"{kind}_{how}": Counts() for kind in ("content", "source", "cue") for how in ("exact", "overlap")}
    at: dict[str, int] = {}
    for row in read(folder, cofenet=True):
        document, quotations = quoted[row["id"].rpartition("_")[0]]
        tokens, at[row["id"]] = place(row["tokens"], document.text, at.get(row["id"], 0))
        low, high = tokens[0][0], tokens[-1][1]
        near = [q for q in quotations if q.spans[0][0] - 600 < high and low < q.spans[-1][1] + 600]
        ours = {
            "content": projected([span for q in near for span in q.spans], tokens),
            "source": projected([source_span(document.text, q.mention) for q in near if q.mention], tokens),
            "cue": projected([q.cue for q in near if q.cue], tokens),
        }
        for kind, given in ours.items():
            gold = spans_of(row["labels"], kind)
            exact, soft = scores[f"{kind}_exact"], scores[f"{kind}_overlap"]
            for counts in (exact, soft):
                counts.given += len(given)
                counts.gold += len(gold)
            exact.right_given += len(given & gold)
            exact.right_gold += len(given & gold)
            soft.right_given += sum(any(overlap(span, other) for other in gold) for span in given)
            soft.right_gold += sum(any(overlap(span, other) for other in given) for span in gold)
    return scores


def annotated(row: dict[str, Any]) -> list[tuple[list[Span], list[Span]]]:
    """Return (contents, sources) of each attribution by the first annotator of an article."""

    def spans(parts: list[dict[str, str]]) -> list[Span]:
        pairs = (piece.split() for part in parts for piece in part["spans"].split(";"))
        return [(int(start), int(end)) for start, end in pairs]

    first: list[dict[str, Any]] = next(iter(row["annotations"].values()), [])
    return [(spans(item["content"]), spans(item["source"])) for item in first if item["content"]]


def name_in(text: str) -> str | None:
    """Return the name that a source text is or begins with; None for pronouns and common nouns."""
    text = re.sub(r"^(?:Secretary|Minister|Speaker|Director) of (?:the )?\w+ (?=[A-Z])", "", text.strip())
    head = re.split(r",| who | of | for | at | in |\(", text.strip())[0].strip()
    names = _NAME.findall(head)
    return names[-1] if names and head.endswith(names[-1]) and not _PRONOUN.match(names[-1]) else None


def right_speaker(text: str, quotation: Quotation, sources: list[Span], all_of_ours: list[Quotation]) -> bool:
    source = " ".join(text[start:end] for start, end in sources)
    name = name_in(source)
    if name is not None:
        fuller = quotation.mention is not None and any_overlap([quotation.mention], sources)
        given = quotation.speaker or ""
        return same_speaker(given, name) or (fuller and set(name.split()) <= set(given.split()))
    if quotation.mention is None:
        known = {q.speaker for q in all_of_ours if q.mention and any_overlap([q.mention], sources)}
        return quotation.speaker is not None and quotation.speaker in known
    resolved = quotation.speaker is not None or not re.match(r"(?i)(he|she)$", source.strip())
    return resolved and any_overlap([quotation.mention], sources)


def score_quoted(
    row: dict[str, Any], ours: list[Quotation], found: Counts, speaker: Counts, misses: list[str] | None = None
) -> None:
    text = row["text"]
    gold = [
        (contents, sources)
        for contents, sources in annotated(row)
        if any(_MARKS.search(text[start:end]) for start, end in contents)
    ]
    marked = [q for q in ours if any(_MARKS.search(text[start:end]) for start, end in q.spans)]
    found.given += len(marked)
    for quotation in marked:
        right = any(any_overlap(quotation.spans, contents) for contents, _ in gold)
        found.right_given += right
        if not right and misses is not None:
            misses.append(f"{row['id'][:20]} EXTRA {quotation.speaker}: {quotation.text[:160]!r}")
    for contents, sources in gold:
        found.gold += 1
        matching = [q for q in marked if any_overlap(q.spans, contents)]
        found.right_gold += bool(matching)
        if not matching and misses is not None:
            misses.append(
                f"{row['id'][:20]} MISSED {[text[a:b] for a, b in contents]} by {[text[a:b] for a, b in sources]}"
            )
        if matching and sources:
            best = max(matching, key=lambda q: _shared(q.spans, contents))
            right = right_speaker(text, best, sources, ours)
            speaker.gold += 1
            speaker.right_gold += right
            if not right and misses is not None:
                source = [text[a:b] for a, b in sources]
                misses.append(f"{row['id'][:20]} SPEAKER {best.speaker} not {source}: {best.text[:160]!r}")


def _shared(ours: tuple[Span, ...], theirs: list[Span]) -> int:
    return sum(max(0, min(a[1], b[1]) - max(a[0], b[0])) for a in ours for b in theirs)


def score_asked(row: dict[str, Any], ours: list[Quotation], counts: Counts) -> None:
    text = row["text"]
    gold = [
        (contents, name_in(" ".join(text[start:end] for start, end in sources)) if sources else None)
        for contents, sources in annotated(row)
    ]
    names: list[str] = []
    for _, name in gold:
        if name is not None and not any(same_speaker(name, known) for known in names):
            names.append(name)
    for asked in names:
        returned = [q for q in ours if q.speaker is not None and same_speaker(q.speaker, asked)]
        theirs = [contents for contents, name in gold if name is not None and same_speaker(name, asked)]
        counts.gold += len(theirs)
        counts.right_gold += sum(any(any_overlap(q.spans, contents) for q in returned) for contents in theirs)
        for quotation in returned:
            right = any(any_overlap(quotation.spans, contents) for contents in theirs)
            unnamed = any(any_overlap(quotation.spans, contents) for contents, name in gold if name is None)
            if right or not unnamed:
                counts.given += 1
                counts.right_given += right


def measure(folder: Path, misses: list[str] | None = None) -> dict[str, float]:
    """Score a split's folder; the keys are those of --json. Prints the counts behind them."""
    found, speaker, asked = Counts(), Counts(), Counts()
    quoted: dict[str, tuple[Document, list[Quotation]]] = {}
    words, seconds = 0, 0.0
    for row in read(folder, cofenet=False):
        published = date.fromisoformat(row["publication_date"]) if row.get("publication_date") else None
        document = Document(row["text"], row.get("title") or "untitled", row["id"], published=published)
        began = time.perf_counter()
        ours = find_quotations(document)
        seconds += time.perf_counter() - began
        words += len(document.text.split())
        quoted[row["id"]] = (document, ours)
        score_quoted(row, ours, found, speaker, misses)
        score_asked(row, ours, asked)
    scores = score_tokens(folder, quoted)
    for name, counts in [*scores.items(), ("direct", found), ("asked", asked)]:
        print(f"{name:16} {counts}")
    right = speaker.right_gold / speaker.gold if speaker.gold else 0.0
    print(f"direct speaker   {speaker.right_gold}/{speaker.gold}  {right:.3f}")
    print(f"{len(quoted)} articles, {words} words, {seconds / max(words, 1) * 1e6:.2f} ms per 1000 words")
    return {
        "content_exact_f1": scores["content_exact"].f1,
        "source_exact_f1": scores["source_exact"].f1,
        "cue_exact_f1": scores["cue_exact"].f1,
        "content_overlap_f1": scores["content_overlap"].f1,
        "direct_f1": found.f1,
        "direct_speaker": right,
        "asked_f1": asked.f1,
        "ms_per_1000_words": seconds / max(words, 1) * 1e6,
    }


def main() -> None:
    """Read the command line, score, and write the JSON file if one is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds polnear/<split>/")
    parser.add_argument("--split", default="dev")
    parser.add_argument("--json", type=Path, help="write the scores here as flat keys")
    parser.add_argument("--misses", type=Path, help="write every quoted content that is missed or misattributed here")
    given = parser.parse_args()
    folder = given.data / "polnear" / given.split
    if not folder.is_dir():
        sys.exit(f"There is no folder {folder}: give --data the folder that holds polnear/<split>/.")
    misses: list[str] | None = [] if given.misses else None
    scores = measure(folder, misses)
    if given.json:
        given.json.write_text(json.dumps(scores, indent=2) + "\n", encoding="utf-8")
    if given.misses and misses is not None:
        given.misses.write_text("\n".join(misses) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
