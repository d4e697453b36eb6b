"""The plots of an evaluation's page: SVG to stand inside HTML, coloured by the page's own style sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from app.evaluation.scoring import Measure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Each stands for a colour that the style sheet owns, so that one drawing fits light, dark and print.
_INK, _BAR, _LINE, _MARK = "#010101", "#020202", "#030303", "#040404"
_COLOURS = {_INK: "var(--ink)", _BAR: "var(--bar)", _LINE: "var(--line)", _MARK: "var(--warn)"}
_WIDTH = 4.4
_ROW = 0.32
_KEPT = {"fill", "fill-opacity", "fill-rule", "opacity", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin"}
_KEPT |= {"stroke-opacity", "stroke-dasharray", "stroke-dashoffset", "stroke-miterlimit", "font-size", "text-anchor"}


def rates(found: Mapping[str, Measure], label: str) -> str:
    """Horizontal bars of the measures that have a value, with their 95% intervals. label: what a screen reader says."""
    shown = {name: m for name, m in found.items() if m.value is not None}
    with _drawn(_ROW * len(shown) + 0.5) as (figure, axes):
        at = range(len(shown))
        values = [m.value or 0.0 for m in shown.values()]
        below = [max((m.value or 0.0) - (m.low or 0.0), 0.0) for m in shown.values()]
        above = [max((m.high or 0.0) - (m.value or 0.0), 0.0) for m in shown.values()]
        axes.barh(at, values, height=0.62, color=_BAR)
        axes.errorbar(values, at, xerr=[below, above], fmt="none", ecolor=_INK, elinewidth=1.1, capsize=2.5)
        axes.set(xlim=(0, 1), ylim=(len(shown) - 0.5, -0.5))
        axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", ".25", ".5", ".75", "1"])
        axes.set_yticks(at, [_short(name.replace("_", " ")) for name in shown], parse_math=False)
        axes.grid(axis="x", color=_LINE, linewidth=0.8)
        return _svg(figure, label)


def times(seconds: Sequence[float], median: float, p95: float, label: str) -> str:
    """How long the questions took: a histogram with the median and the 95th percentile. seconds: at least one."""
    from matplotlib.ticker import MaxNLocator

    milliseconds = max(seconds) < 1
    factor, unit = (1000.0, "milliseconds") if milliseconds else (1.0, "seconds")
    scaled = [one * factor for one in seconds]
    with _drawn(2.4) as (figure, axes):
        axes.hist(scaled, bins=min(20, max(5, len(scaled) // 2)), range=(0, max(scaled) or 1.0), color=_BAR)
        for value, name, style in ((median, "median", "-"), (p95, "95th percentile", "--")):
            axes.axvline(value * factor, color=_MARK, linewidth=1.4, linestyle=style, label=name)
        axes.set_xlabel(unit, color=_INK)
        axes.set_ylabel("questions", color=_INK)
        axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
        axes.grid(axis="y", color=_LINE, linewidth=0.8)
        axes.legend(frameon=False, labelcolor=_INK)
        return _svg(figure, label)


class _drawn:  # noqa: N801 - used as a function
    """A figure of this height in inches with one pair of axes, in the page's colours, for the length of a with."""

    def __init__(self, height: float) -> None:
        from matplotlib import rc_context

        # Text stays text; the salt keeps the ids inside one drawing from meeting those of another.
        self._context = rc_context({"svg.fonttype": "none", "svg.hashsalt": f"onrecord {height}", "font.size": 10})
        self._height = height

    def __enter__(self) -> tuple[Figure, Axes]:
        from matplotlib.figure import Figure

        self._context.__enter__()
        figure = Figure(figsize=(_WIDTH, self._height), layout="constrained", facecolor="none")
        axes = figure.subplots()
        axes.set_facecolor("none")
        axes.set_axisbelow(True)
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.spines["bottom"].set_color(_LINE)
        axes.tick_params(length=0, colors=_INK)
        return figure, axes

    def __exit__(self, *error: object) -> None:
        self._context.__exit__(None, None, None)


def _short(name: str, most: int = 28) -> str:
    return name if len(name) <= most else name[: most - 1] + "…"


def _svg(figure: Figure, label: str) -> str:
    """The figure without inline styles, which a strict content security policy refuses, and without its own fonts."""
    from io import BytesIO

    from lxml import etree  # type: ignore[import-untyped]

    out = BytesIO()
    figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    root = etree.fromstring(out.getvalue(), etree.XMLParser(resolve_entities=False, no_network=True))
    for element in list(root.iter()):
        name = etree.QName(element).localname if isinstance(element.tag, str) else "comment"
        if name in ("metadata", "style", "comment"):
            element.getparent().remove(element)
            continue
        for declaration in (element.attrib.pop("style", "") or "").split(";"):
            key, _, value = (part.strip() for part in declaration.partition(":"))
            if key in _KEPT:
                element.set(key, value)
        for key in ("fill", "stroke"):
            if element.get(key) in _COLOURS:
                element.set(key, _COLOURS[element.get(key)])
    for attribute in ("width", "height"):
        root.attrib.pop(attribute, None)
    root.set("role", "img")
    root.set("aria-label", label)
    return str(etree.tostring(root, encoding="unicode"))
