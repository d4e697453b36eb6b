"""Web pages: the article without menus, adverts and banners, and what the page says about it."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from retrieval.bylines import read_byline
from retrieval.dates import parse_date
from retrieval.errors import DocumentError
from retrieval.metadata import Stated, stated
from retrieval.plain import clean, decode

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]  # it ships no types

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{2,30})", re.IGNORECASE)
_TITLES = ("og:title", "citation_title", "dc.title", "dcterms.title", "parsely-title", "twitter:title")
_SITES = ("og:site_name", "citation_journal_title", "dc.publisher", "dcterms.publisher", "cre", "application-name")
_AUTHORS = ("author", "article:author", "citation_author", "dc.creator", "dcterms.creator", "parsely-author", "byl")
_DATES = (
    "article:published_time", "og:published_time", "datepublished", "date", "pubdate", "publishdate", "publish-date",
    "publication_date", "citation_publication_date", "citation_date", "dc.date", "dc.date.issued", "dcterms.date",
    "dcterms.issued", "dcterms.created", "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime",
)  # fmt: skip
_ARTICLE = re.compile(r"article|report|blogposting|webpage|posting", re.IGNORECASE)
_PUBLISHED = re.compile(r"publish|posted|dateline|pub-?date|entry-date|post-date", re.IGNORECASE)
_DEEPEST = 20
_FURNITURE = frozenset(
    """ad ads advert advertisement advertising sponsored sponsor promo promoted promotion cookie cookies consent gdpr
    newsletter subscribe subscription paywall popup modal social share sharing related recirc recommended
    recommendations trending outbrain taboola breadcrumb breadcrumbs comments""".split()
)
"""Words in an element's class or id that mark it as no part of the article."""
_UNSEEN = re.compile(
    r"display:none|visibility:(?:hidden|collapse)|(?:^|;)(?:font-size|opacity):0(?![.\d]*[1-9])|"
    r"(?:^|;)(?:left|right|top|text-indent):-\d{3,}|(?:^|;)color:transparent"
)
"""In an element's own style, without spaces: what keeps it from being seen."""


def read_html(data: bytes, name: str, hint: str | None = None) -> tuple[str, Stated]:
    """Read the main text, a paragraph to a line, and title, outlet, author and date from the page's own statements.

    The text is found by trafilatura; the statements are JSON-LD, meta tags, marked elements and the lines around the
    headline, never a search of the page for something like a date. Raises DocumentError where there is no text.
    """
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    declared = _CHARSET.search(data[:4096])
    source = decode(data, name, hint or (declared.group(1).decode("ascii") if declared else None))
    try:
        tree = trafilatura.load_html(source)
        if tree is None:
            said, found = Stated(), ""
        else:
            said = _page_states(tree)
            _drop_furniture(tree)
            _drop_unseen(tree)
            found = trafilatura.extract(tree, include_comments=False) or trafilatura.html2txt(tree)
        text = clean(found)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError) as error:
        raise DocumentError(f"{name} can't be read as a web page ({type(error).__name__}).") from error
    if not text.strip():
        raise DocumentError(
            f"{name} holds no text; if the page fills itself by JavaScript, save it from the browser and add the file."
        )
    return text.strip() + "\n", said


def _drop_furniture(tree: HtmlElement) -> None:
    """Take out elements that name themselves furniture, or stand in for a script, save where most paragraphs are."""
    everything = len(tree.xpath("//p"))
    for element in list(tree.iter("div", "aside", "section", "ul", "form", "p", "noscript")):
        name = f"{element.get('class') or ''} {element.get('id') or ''}".lower()
        furniture = element.tag == "noscript" or not _FURNITURE.isdisjoint(re.split(r"[^a-z]+", name))
        if element.getparent() is None or not furniture:
            continue
        if 2 * len(element.xpath(".//p")) <= everything:
            element.drop_tree()


def _drop_unseen(tree: HtmlElement) -> None:
    """Take out what a page hides by an attribute or a style of its own, save where most paragraphs are.

    Text that nobody sees is not what the page says; it is also where orders to language models are hidden.
    """
    everything = len(tree.xpath("//p"))
    for element in list(tree.xpath("//body//*[@style or @hidden]")):
        style = re.sub(r"\s", "", element.get("style") or "").lower()
        colours = dict(re.findall(r"(?:^|;)(color|background(?:-color)?):([^;]+)", style))
        same = len(colours) > 1 and len(set(colours.values())) == 1
        unseen = element.get("hidden") is not None or same or _UNSEEN.search(style)
        if unseen and element.getparent() is not None and 2 * len(element.xpath(".//p")) <= everything:
            element.drop_tree()


def _page_states(tree: HtmlElement) -> Stated:
    return _json_ld(tree).or_else(_meta(tree)).or_else(_marked(tree)).or_else(_around_headline(tree))


def _json_ld(tree: HtmlElement) -> Stated:
    found = Stated()
    for script in tree.xpath('//script[contains(@type, "ld+json")]/text()'):
        try:
            data = json.loads(re.sub(r"[\x00-\x1f]", " ", str(script)))
        except (ValueError, RecursionError):
            continue
        for node in _nodes(data):
            if _ARTICLE.search(str(node.get("@type", ""))):
                found = found.or_else(
                    Stated(
                        title=_text(node.get("headline")),
                        source=_text(node.get("publisher")) or _text(node.get("sourceOrganization")),
                        author=_person(_text(node.get("author"))),
                        published=parse_date(str(node.get("datePublished") or "")),
                    )
                )
    return found


def _nodes(data: Any, depth: int = 0) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - walks arbitrary JSON
    """Give the objects of a JSON-LD block: the outer one, the members of a list or @graph, the main entity."""
    if depth > _DEEPEST:
        return
    if isinstance(data, list):
        for item in data:
            yield from _nodes(item, depth + 1)
    elif isinstance(data, dict):
        yield data
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _nodes(data.get(key), depth + 1)


def _text(value: Any, depth: int = 0) -> str | None:  # noqa: ANN401 - arbitrary JSON
    """Find the name in a JSON-LD value: a string, an object with a name, or a list of those (joined by commas)."""
    if isinstance(value, dict):
        value = value.get("name")
    if isinstance(value, list) and depth < 3:
        names = [name for item in value[:20] if (name := _text(item, depth + 1))]
        return ", ".join(dict.fromkeys(names)) or None
    return _plain(value) if isinstance(value, str) else None


def _meta(tree: HtmlElement) -> Stated:
    said: dict[str, list[str]] = {}
    for element in tree.xpath("//meta[@content]"):
        key = (element.get("property") or element.get("name") or element.get("itemprop") or "").lower()
        if key and (content := _plain(element.get("content"))):
            said.setdefault(key, []).append(content)

    def first(keys: tuple[str, ...]) -> str | None:
        return next((said[key][0] for key in keys if key in said), None)

    named = (said[key] for key in _AUTHORS if key in said and not _is_url(said[key][0]))
    authors = ", ".join(dict.fromkeys(next(named, []))) or None
    dates = (parse_date(said[key][0]) for key in _DATES if key in said)
    return Stated(first(_TITLES), first(_SITES), _person(authors), next((day for day in dates if day), None))


def _marked(tree: HtmlElement) -> Stated:
    """Read elements that are marked as headline, author or date of publication, and the page's only h1."""
    headings = [_content(element) for element in tree.xpath("//h1")]
    headings = [heading for heading in headings if heading]
    authors = [_content(e) for e in tree.xpath('//*[@itemprop="author"] | //a[contains(@rel, "author")]')]
    publishers = [_content(e) for e in tree.xpath('//*[@itemprop="publisher"]//*[@itemprop="name"]')]
    dates = []
    for element in tree.xpath('//*[@itemprop="datePublished"] | //time'):
        marks = " ".join(filter(None, (element.get("itemprop"), element.get("class"), element.get("id"))))
        if element.get("pubdate") is not None or _PUBLISHED.search(marks):
            dates.append(parse_date(element.get("datetime") or element.get("content") or _content(element) or ""))
    titles = headings if len(headings) == 1 else [_content(element) for element in tree.xpath("//head/title")]
    return Stated(
        title=next(iter(titles), None),
        source=next((name for name in publishers if name), None),
        author=_person(next((author for author in authors if author), None)),
        published=next((day for day in dates if day), None),
    )


def _around_headline(tree: HtmlElement) -> Stated:
    """Read the short lines between the headline and the first paragraph."""
    lines: list[str] = []
    for element in tree.xpath(
        "(//h1)[1]/following::*[self::p or self::div or self::span or self::time or self::address or self::li]"
    )[:60]:
        line = _content(element)
        if line and len(line.split()) > 30:
            if element.tag == "p":
                break
            continue
        if line and line not in lines:
            lines.append(line)
    said = stated("\n".join(["Headline of the page", *lines[:12]]))
    return Stated(source=said.source, author=said.author, published=said.published)


def _content(element: HtmlElement) -> str | None:
    return _plain(" ".join(element.itertext()))


def _plain(value: str | None) -> str | None:
    return re.sub(r"\s+", " ", clean(value)).strip() or None if value else None


def _is_url(value: str) -> bool:
    return "://" in value or value.startswith("www.")


def _person(value: str | None) -> str | None:
    if not value or _is_url(value):
        return None
    byline = read_byline(value if value.lower().startswith("by ") else f"By {value}")
    return byline.author if byline else value.removeprefix("By ").removeprefix("by ")
