"""The page as it comes to the browser: Gradio's, with a head and a look of its own before anything of Gradio runs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote

ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#1d5c58"/>'
    '<path d="M8 10.5h6v6c0 3-1.6 5-4.6 6l-.9-1.9c1.6-.6 2.4-1.6 2.5-3.1H8zm10 0h6v6c0 3-1.6 5-4.6 6l-.9-1.9'
    'c1.6-.6 2.4-1.6 2.5-3.1h-3z" fill="#fff"/></svg>'
)
FIRST = ("first.js", "listening.js")
"""What runs before anything is painted and before Gradio: the look that the reader chose, and a mended fetch."""
_THEIRS = re.compile(
    rb'<meta\s[^>]*?(?:property|name)="(?:og|twitter):[^>]*?>\s*|<link\s[^>]*?fonts\.[^>]*?>\s*|<title>.*?</title>\s*',
    re.DOTALL,
)
_BODY = re.compile(rb"(<body[^>]*>)")


def dressed(page: bytes, scripts: Sequence[str], styles: Sequence[str]) -> bytes:
    """Gradio's page with our title, icon, styles and scripts; any other page as it is.

    The styles stand in the body, after whatever Gradio may yet load into the head, so that ours have the last word; a
    page that waits for Gradio shows its name meanwhile.
    """
    if b"<gradio-app" not in page:
        return page
    head = (
        "<title>Onrecord</title>"
        f'<link rel="icon" href="data:image/svg+xml,{quote(ICON)}">'
        '<meta name="description" content="Ask your documents; get the exact words.">'
        '<meta name="color-scheme" content="light dark">'
    ) + "".join(f'<script src="/onrecord/{name}"></script>' for name in FIRST)
    look = "".join(f'<link rel="stylesheet" href="/onrecord/{name}">' for name in styles)
    modules = "".join(f'<script type="module" src="/onrecord/{name}"></script>' for name in scripts)
    waiting = (
        '<a id="skip" href="#ask">Skip to the question</a>'
        '<div id="waiting" role="status"><span class="logo"></span><p>Opening Onrecord…</p></div>'
        "<noscript><p>Onrecord’s page needs JavaScript. <code>onrecord ask</code> works without.</p></noscript>"
    )
    page = _THEIRS.sub(b"", page)
    page = page.replace(b"</head>", head.encode() + modules.encode() + b"</head>", 1)
    return _BODY.sub(lambda found: found[1] + look.encode() + waiting.encode(), page, count=1)
