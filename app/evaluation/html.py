"""The report of an evaluation as one self-contained HTML page: no script, nothing fetched, everything escaped."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from app.answer import Answer, Citation
from app.commands.terminal import safe
from app.evaluation.report import SHOWN_FOR_TAGS, duration, rate, summary
from app.evaluation.scoring import MEASURES, EvalQuestion, Measure, Scored, measures

if TYPE_CHECKING:
    from app.evaluation.compare import Comparison
    from app.evaluation.run import Evaluation


def page(evaluation: Evaluation, comparison: Comparison | None = None) -> str:
    """Render the report. Its style sheet is named by hash in the policy, so a style or script that got in is dead."""
    from app.evaluation import plots as eval_plots

    found = evaluation.measures
    seconds = [s.outcome.seconds for s in evaluation.scored]
    tags = {tag: measures(scored)["passed"] for tag, scored in evaluation.tags.items()}
    time_plot = eval_plots.times(seconds, evaluation.seconds(0.5), evaluation.seconds(0.95), "Seconds for a question")
    parts = [
        _head(evaluation),
        '<div class="beside">',
        _figure("How the answers did", eval_plots.rates(found, "Each measure with its 95% interval")),
        _measure_table(found),
        _abstention(evaluation.scored),
        _figure("Time for a question", time_plot),
        _figure("Questions passed, by tag", eval_plots.rates(tags, "Share passed by tag")) if tags else "",
        _tag_table(evaluation),
        "</div>",
        _changes(comparison) if comparison else "",
        "<h2>Questions</h2>",
        *map(_question, sorted(evaluation.scored, key=lambda s: not s.problems)),
    ]
    return _document("".join(parts))


def _document(body: str) -> str:
    style = Path(__file__).with_name("eval.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" '
        f'content="light dark"><title>Onrecord: evaluation</title><style>{style}</style></head>'
        f"<body><main>{body}</main></body></html>\n"
    )


def _text(text: str) -> str:
    return escape(safe(text))


def _head(evaluation: Evaluation) -> str:
    when = evaluation.asked.replace("T", " ").removesuffix("+00:00")
    return f'<h1>Evaluation</h1><p class="soft">{_text(when)} UTC. {_text(summary(evaluation))}</p>'


def _figure(caption: str, svg: str) -> str:
    return f"<figure><figcaption>{_text(caption)}</figcaption>{svg}</figure>"


def _table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table; the cells of rows are HTML already."""
    head = "".join(f'<th scope="col">{_text(heading)}</th>' for heading in headings)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _measure_table(found: dict[str, Measure]) -> str:
    rows = [
        (f"{name}<br><small>{_text(MEASURES[name])}</small>", rate(m), f"{m.low:.2f}–{m.high:.2f}", f"{m.hits}/{m.of}")
        for name, m in found.items()
        if m.value is not None
    ]
    return _table(("measure", "value", "95%", "of"), rows)


def _abstention(scored: Sequence[Scored]) -> str:
    """The confusion of answering and staying silent, with what ended in an error beside it."""
    cells = {
        (silence, got): sum(s.expected.silence == silence and _got(s) == got for s in scored)
        for silence in (False, True)
        for got in ("answered", "silent", "error")
    }
    got = [g for g in ("answered", "silent", "error") if g != "error" or any(cells[s, g] for s in (False, True))]
    head = "".join(f'<th scope="col">{g}</th>' for g in got)
    body = ""
    for silence, name in ((False, "answer expected"), (True, "silence expected")):
        right = "silent" if silence else "answered"
        shades = (("right" if g == right else "wrong") if cells[silence, g] else "none" for g in got)
        numbers = "".join(f'<td class="{c}">{cells[silence, g]}</td>' for g, c in zip(got, shades, strict=True))
        body += f'<tr><th scope="row">{name}</th>{numbers}</tr>'
    return (
        "<figure><figcaption>Answering and staying silent</figcaption>"
        f'<table class="confusion"><thead><tr><td></td>{head}</tr></thead><tbody>{body}</tbody></table></figure>'
    )


def _got(scored: Scored) -> str:
    answer = scored.outcome.answer
    return "error" if answer is None else "answered" if answer.answered else "silent"


def _tag_table(evaluation: Evaluation) -> str:
    if not evaluation.tags:
        return ""
    found = ((tag, len(scored), measures(scored)) for tag, scored in evaluation.tags.items())
    rows = [(_text(tag), str(count), *(rate(m[name]) for name in SHOWN_FOR_TAGS)) for tag, count, m in found]
    return _table(("tag", "questions", *SHOWN_FOR_TAGS), rows)


def _changes(comparison: Comparison) -> str:
    rows = [
        (name, f"{c.before:.3f}", f"{c.now:.3f}", f"{c.now - c.before:+.3f}", f"{c.low:+.3f} to {c.high:+.3f}")
        for name, c in comparison.changes.items()
    ]
    table = _table(("measure", "before", "now", "difference", "95% interval"), rows)
    turned = "".join(
        f"<li>{what}: {_text(id)}</li>"
        for what, ids in (("now passing", comparison.mended), ("now failing", comparison.broken))
        for id in ids
    )
    return f"<h2>Against the baseline</h2><p>{comparison.shared} questions are in both.</p>{table}<ul>{turned}</ul>"


def _question(scored: Scored) -> str:
    """One question, open where it failed: what was expected, what was not met, the answer and its citations."""
    answer, failed = scored.outcome.answer, bool(scored.problems)
    verdict = '<b class="bad">failing</b>' if failed else '<b class="good">passed</b>'
    about = " · ".join([*map(_text, scored.expected.tags), duration(scored.outcome.seconds)])
    problems = "".join(f"<li>{_text(problem)}</li>" for problem in scored.problems)
    return (
        f"<details{' open' if failed else ''}><summary>{verdict} {_text(scored.expected.id)}"
        f' <span class="soft">{about}</span></summary>'
        + (f'<ul class="problems">{problems}</ul>' if problems else "")
        + _expected(scored.expected)
        + (_answer(answer, scored.imprecise) if answer is not None else "")
        + "</details>"
    )


def _expected(expected: EvalQuestion) -> str:
    wanted = {
        "facts": [" | ".join(ways) for ways in expected.facts],
        "quotes": [" | ".join(ways) for ways in expected.quotes],
        "speakers": expected.speakers,
        "sources": expected.sources,
        "disagreement": expected.disagreement if expected.disagreement != () else ["none"],
    }
    rows = [("silence", "the sources don’t say")] if expected.silence else []
    rows += [(name, "; ".join(values)) for name, values in wanted.items() if values]
    return "<dl>" + "".join(f"<dt>{name}</dt><dd>{_text(value)}</dd>" for name, value in rows) + "</dl>"


def _answer(answer: Answer, imprecise: Sequence[tuple[int, int]]) -> str:
    said = "".join(
        f"<p>{_text(s.text)} {' '.join(_marker(n, (i, n) in imprecise) for n in s.citations)}</p>"
        for i, s in enumerate(answer.statements)
    )
    differing = "".join(
        f"<p><b>The sources disagree</b> on {_text(d.about)}: "
        + "; ".join(f"{_text(p.value)} {' '.join(_marker(n) for n in p.citations)}" for p in d.positions)
        + "</p>"
        for d in answer.disagreements
    )
    left_out = "".join(f"<li>{_text(one.text)} ({_text(one.reason)})</li>" for one in answer.left_out)
    notes = "".join(f'<p class="soft">{_text(note)}</p>' for note in answer.notes)
    return (
        f'<div class="answer">{said or "<p>The sources don’t say.</p>"}{differing}{notes}</div>'
        + "".join(map(_citation, answer.citations))
        + (f'<p class="soft">Closest passages</p>{"".join(map(_citation, answer.closest))}' if answer.closest else "")
        + (f'<p class="soft">Left out by the check</p><ul class="soft">{left_out}</ul>' if left_out else "")
    )


def _marker(number: int, doubtful: bool = False) -> str:
    if doubtful:
        return f'<span class="doubtful" title="does not bear the sentence out by itself">[{number}]?</span>'
    return f"[{number}]"


def _citation(citation: Citation) -> str:
    document = citation.document
    about = " · ".join(_text(part) for part in (citation.speaker, document.source, document.published) if part)
    place = f"{_text(document.title)}, characters {citation.start}–{citation.end}"
    return (
        f"<blockquote><p>{_text(citation.quote)}</p>"
        f"<footer>[{citation.number}] {about + ' · ' if about else ''}{place}</footer></blockquote>"
    )
