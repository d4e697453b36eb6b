"""A long document's quotations are those of its parts, at the right offsets."""

from __future__ import annotations

import pytest

from retrieval import pieces
from retrieval.documents import Document
from retrieval.pieces import find_in_pieces
from retrieval.quotations import find_quotations

PARAGRAPH = "Ada Quill, an engineer, spoke of bridge {n}. “Bridge {n} is safe for now,” Quill said.\n\n"


def test_offsets_count_in_the_whole_document(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "".join(PARAGRAPH.format(n=n) for n in range(300))
    document = Document(text, "Bridges", "/bridges.txt", noise=((0, 10),))
    whole = find_quotations(document)
    monkeypatch.setattr(pieces, "LONGEST", 2_000)
    found = find_in_pieces(document)
    assert [q.text for q in found if q.kind == "direct"] == [q.text for q in whole if q.kind == "direct"]
    for quotation in found:
        assert quotation.document is document
        for start, end in quotation.spans:
            assert 0 <= start < end <= len(text)
        assert "Bridge" in quotation.text or quotation.kind != "direct"


def test_text_without_a_place_to_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "LONGEST", 100)
    assert find_in_pieces(Document("x" * 1_000, "X", "/x.txt")) == []
