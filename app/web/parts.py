"""What an answer consists of on the page beside its sentences: silence, differences, what was left out, its sources."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.answer import Citation, Disagreement, LeftOut, Position, Statement
from app.web.html import chips, cited, clipped, count, day, dotted, line, marked, origin, prose
from app.web.turn import MARKER, Turn

if TYPE_CHECKING:
    from app.audit.trace import Limited, Trace

_THOUGHT = 20_000
"""Characters of a model's thinking that are shown."""


def support(turn: Turn, statement: Statement) -> str:
    """How a sentence is borne out: word for word or in other words, and by how many sources that are no copies."""
    sources = {c.document.id: c.document for c in cited(turn, statement.citations)}
    exact = statement.support == "verbatim"
    words, meant = (
        ("word for word", "This sentence stands in its source, word for word.")
        if exact
        else ("in other words", "Its sources bear this sentence out in other words; each was checked against them.")
    )
    where = origin(next(iter(sources.values()))) if len(sources) == 1 else line(behind(len(sources), statement))
    return f'{where}{" · " if where else ""}<span class="support" title="{line(meant)}">{words}</span>'


def behind(sources: int, statement: Statement) -> str:
    """The number of sources behind a sentence, and how many of them are no copies of one another."""
    copies = f", {statement.independent} independent" if statement.independent < sources else ""
    return f"{count(sources, 'source')}{copies}"


def rates(turn: Turn, name: str, what: str) -> str:
    """The two buttons with which a reader says whether a sentence (s-TURN-INDEX) or an answer (a-TURN) is good."""
    if not turn.answer:
        return ""
    return (
        f'<span class="rates"><button type="button" class="rate up {name}" title="{what} is good"></button>'
        f'<button type="button" class="rate down {name}" title="{what} is not good"></button></span>'
    )


def silence(turn: Turn) -> str:
    """That the sources don't say, what was searched and read, and what came closest."""
    closest = "".join(
        f'<li dir="auto">{marked(clipped(held.citation.quote), chips(turn, [held.citation.number]))}'
        f'<p class="by">{origin(held.citation.document)}</p></li>'
        for held in turn.cards
    )
    meant = turn.query if turn.query and turn.query.strip() != turn.question.strip() else ""
    trace = turn.answer.trace if turn.answer else None
    told = [f"Understood as “{line(meant)}”."] if meant else []
    told += [f"Only {line(words)}." for words in _limits(trace.limited if trace else ())]
    told += [f"Read {count(turn.passages, 'passage')}; none of them answers the question."] if turn.passages else []
    searched = "".join(f'<p class="by" dir="auto">{words}</p>' for words in told)
    verdict = line(turn.answer.text) if turn.answer else ""
    near = f'<p class="near">The closest passages</p><ul class="closest">{closest}</ul>' if closest else ""
    return f'<div class="silence"><p class="verdict" dir="auto">{verdict}</p>{searched}{near}</div>'


def _limits(limited: Sequence[Limited]) -> list[str]:
    """In words, what the search was limited to."""
    told = []
    for one in limited:
        told += [
            f"{name} {', '.join(values)}"
            for name, values in (
                ("from", one.sources),
                ("by", one.authors),
                ("what was said by", one.speakers),
                ("with the tag", one.tags),
            )
            if values
        ]
        told += [f"{count(len(one.documents), 'chosen document')}"] if one.documents else []
        told += [f"published since {day(one.since)}"] if one.since else []
        told += [f"published before {day(one.until)}"] if one.until else []
        told += [f"said since {day(one.said_since)}"] if one.said_since else []
        told += [f"said before {day(one.said_until)}"] if one.said_until else []
    return list(dict.fromkeys(told))


def disagreement(turn: Turn, item: Disagreement) -> str:
    """The values against their sources, with the days on which those appeared."""
    rows = "".join(_position(turn, position) for position in item.positions)
    return (
        f'<table class="differ"><caption dir="auto">The sources differ: {line(item.about)} '
        f'<span class="kind">{line(item.kind)}</span></caption><thead><tr><th scope="col">Value</th>'
        f'<th scope="col">Source</th><th scope="col">Published</th></tr></thead><tbody>{rows}</tbody></table>'
    )


def _position(turn: Turn, position: Position) -> str:
    found = cited(turn, position.citations)
    rest = "".join(f"<tr>{_carrier(turn, c, position)}</tr>" for c in found[1:])
    span = f' rowspan="{len(found)}"' if len(found) > 1 else ""
    first = _carrier(turn, found[0], position) if found else "<td></td><td></td>"
    value = f'<span class="value" dir="auto">{line(position.value)}</span>'
    return f'<tr><th scope="row"{span}>{value}{_weight(position)}</th>{first}</tr>{rest}'


def _carrier(turn: Turn, c: Citation, position: Position) -> str:
    put = next((w.words for w in position.wordings if c.number in w.citations and w.words != position.value), "")
    worded = f'<span class="put" dir="auto">“{line(put)}”</span>' if put else ""
    published = day(c.document.published) if c.document.published else "no date"
    name = line(c.document.source or c.document.title)
    return f'<td dir="auto">{marked(name, chips(turn, [c.number]))}{worded}</td><td class="when">{line(published)}</td>'


def _weight(position: Position) -> str:
    """What stands behind a value that one can't see from its rows: copies, and that it is later information."""
    copies = len(position.sources) > position.independent
    told = dotted(
        "later information" if position.later else None,
        f"{count(len(position.sources), 'source')}, {position.independent} independent" if copies else None,
    )
    return f'<span class="weight">{told}</span>' if told else ""


def left_out(items: Sequence[LeftOut]) -> str:
    """What the check kept from the reader, folded, each with its reason."""
    if not items:
        return ""
    rows = "".join(
        f'<li><span class="struck" dir="auto">{line(MARKER.sub("", item.text))}</span>'
        f'<p class="by" dir="auto">{line(item.reason)}</p></li>'
        for item in items
    )
    return f'<details class="out"><summary>{count(len(items), "sentence")} left out</summary><ul>{rows}</ul></details>'


def thinking(trace: Trace | None) -> str:
    """What a reasoning model thought before it wrote, folded; it is the model's, and nothing of it was checked."""
    thought = "\n\n".join(e.thinking.strip() for e in (trace.exchanges if trace else ()) if e.thinking.strip())
    if not thought:
        return ""
    return (
        '<details class="thinking"><summary>What the model thought</summary>'
        f'<p class="by">Nothing of this was checked.</p><p class="thought" dir="auto">{prose(thought[:_THOUGHT])}</p>'
        "</details>"
    )


def sources(turn: Turn) -> str:
    """The answer's citations as a numbered list: for printing and copying, not shown on the screen."""
    if not turn.cards:
        return ""
    rows = "".join(_source(held.citation) for held in turn.cards)
    return f'<ol class="sources">{rows}</ol>'


def _source(c: Citation) -> str:
    document = c.document
    told = dotted(
        c.speaker,
        document.title,
        document.source,
        day(document.published) if document.published else None,
        document.uri,
    )
    return (
        f'<li><span class="number">{c.number}</span><q class="quote" dir="auto">{line(c.quote)}</q> '
        f'<span class="told" dir="auto">{told}</span></li>'
    )


def colophon(turn: Turn) -> str:
    """Who answered from how much, what it cost where that is known, and what can be done with the answer."""
    answer = turn.answer
    if not answer:
        return ""
    documents = {held.citation.document.id for held in turn.cards}
    by = "picked word for word, by no model" if answer.model == "extractive" else f"answered by {answer.model}"
    quotes = f"{count(len(turn.cards), 'quote')} from {count(len(documents), 'source')}" if answer.answered else None
    told = dotted(quotes, by, *_spent(answer.trace))
    acts = (
        f'<button type="button" class="copy a-{turn.number}" title="Copy the answer with its sources">'
        f"Copy with citations</button>{rates(turn, f'a-{turn.number}', 'This answer')}"
    )
    return f'<div class="colophon"><p class="by">{told}</p><p class="acts">{acts}</p></div>'


def _spent(trace: Trace | None) -> list[str]:
    """Tokens and money of all calls to a model, where there were any."""
    exchanges = trace.exchanges if trace else ()
    if not exchanges:
        return []
    tokens = sum(e.usage.input + e.usage.output for e in exchanges)
    about = "about " if any(e.usage.estimated for e in exchanges) else ""
    costs = [e.cost for e in exchanges]
    known = sum(cost for cost in costs if cost is not None)
    price = [] if None in costs or not known else [f"${known:.4f}" if known < 1 else f"${known:.2f}"]
    return [f"{about}{count(tokens, 'token')}", *price]
