"""Plain text: bytes to characters, whatever the encoding, and the front matter that some texts carry."""

from __future__ import annotations

import re

from retrieval.errors import DocumentError
from retrieval.metadata import Stated, stated_fields

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_MAGIC = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive or Office file"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"\x7fELF", "a program"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
    (b"SQLite format 3", "an SQLite database"),
    (b"{\\rtf", "an RTF file"),
)
_SAMPLE = 1 << 16
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ud800-\udfff]")
_FRONT_MATTER = re.compile(r"\s*---[ \t]*\n(?P<fields>(?:[^\n]*\n){1,60}?)(?:---|\.\.\.)[ \t]*(?:\n|$)")
_KEY = re.compile(r"[A-Za-z][\w -]{0,30}:(?:\s|$)")


def decode(data: bytes, name: str, hint: str | None = None) -> str:
    r"""Decode `data`: by its byte order mark, as UTF-8, by `hint`, as UTF-16, Windows-1252, or detected.

    Raises DocumentError, naming `name`, where the bytes are not text. Line ends come back as \n, other control
    characters as spaces; nothing else is changed.
    """
    for magic, what in _MAGIC:
        if data.startswith(magic):
            raise DocumentError(f"{name} is {what}, not text; save it as text or PDF, with the suffix that fits.")
    return clean(_decode(data, name, hint))


def clean(text: str) -> str:
    r"""Write line ends as \n, other control characters as spaces, no lone surrogates, no byte order mark."""
    text = _LINE_ENDS.sub("\n", text.removeprefix("\ufeff"))
    return _CONTROLS.sub(" ", text)


def split_front_matter(text: str) -> tuple[Stated, str]:
    """Take a leading `---` block of `key: value` lines off the text and read title, author, date and source from it."""
    match = _FRONT_MATTER.match(text)
    if not match:
        return Stated(), text
    lines = match["fields"].splitlines()
    if not any(_KEY.match(line) for line in lines):
        return Stated(), text
    return stated_fields(lines), text[match.end() :]


def _decode(data: bytes, name: str, hint: str | None) -> str:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(encoding)
            except UnicodeDecodeError as error:
                raise DocumentError(
                    f"{name} starts as {encoding} but byte {error.start} is not; save it as UTF-8 and add it again."
                ) from None
    if b"\x00" not in data[:_SAMPLE]:
        for encoding in filter(None, ("utf-8", hint)):
            try:
                return data.decode(encoding)
            except (UnicodeDecodeError, LookupError):
                continue
    elif wide := _utf_16(data):
        return wide
    _refuse_binary(data[:_SAMPLE], name)
    return _legacy(data, name)


def _utf_16(data: bytes) -> str | None:
    """Decode UTF-16 without its mark, which shows in the zero bytes: Latin text has them at every other place."""
    sample = data[:_SAMPLE]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    most = max(even, odd)
    if most < 0.3 * len(sample) / 2 or min(even, odd) > 0.05 * most:
        return None
    try:
        return data.decode("utf-16-be" if even > odd else "utf-16-le")
    except UnicodeDecodeError:
        return None


def _refuse_binary(sample: bytes, name: str) -> None:
    controls = sum(sample.count(bytes([code])) for code in (*range(9), *range(14, 27), *range(28, 32), 127))
    if controls > 0.005 * len(sample):
        raise DocumentError(f"{name} is not text but binary data; onrecord reads text, Markdown, HTML and PDF.")


def _legacy(data: bytes, name: str) -> str:
    """Decode UTF-8 with a few broken bytes, a Western 8-bit encoding, or what charset-normalizer finds."""
    lenient = data.decode("utf-8", "replace")
    broken = lenient.count("\ufffd")
    if broken * 20 < sum(character > "\x7f" for character in lenient[: 1 << 20]):
        return lenient
    western = data.decode("cp1252", "replace")
    sample = western[: 1 << 18]
    odd = sum(character > "\x7f" for character in sample)
    plain = sum(character.isascii() and character.isalpha() for character in sample)
    if odd * 4 < plain and sample.count("\ufffd") * 20 <= odd:
        return western
    from charset_normalizer import from_bytes

    best = from_bytes(data[: 1 << 18]).best()
    if best is None:
        raise DocumentError(f"The encoding of {name} can't be told; save it as UTF-8 and add it again.")
    return data.decode(best.encoding, "replace")
