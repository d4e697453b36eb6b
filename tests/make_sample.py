"""Make the sample library's PDF from its text: `python tests/make_sample.py` rewrites app/sample/foxglove-llama-4.pdf.

The other sample articles are text files and are their own source. The same fpdf2 version gives the same bytes.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from fpdf import FPDF

PDF_PATH = Path(__file__).parents[1] / "app" / "sample" / "foxglove-llama-4.pdf"

OUTLET = "Foxglove Notes"
TITLE = "Llama 4 and the bill for the machine"
AUTHOR = "Leopold Arnesen"
PUBLISHED = datetime(2025, 1, 31, 8, 0, tzinfo=UTC)

# A line that starts with "# " is a heading, "> " the standfirst; every other one is a paragraph.
ARTICLE = """\
> What Meta has promised for its next model, what it will pay for the computers, and what a cheap Chinese rival does \
to the sum. A briefing for readers who do not follow the sector daily.

# What is known about the model
Llama 4 is the next generation of the language model that Meta trains and gives away. It has no release date. What \
the company has said in public fits on a postcard. On the earnings call of 29 January Mark Zuckerberg told analysts \
that “Llama 4 is making great progress in training” and that the smallest member of the family, Llama 4 Mini, is \
through its pre-training. The reasoning models and the larger model, he added, are “looking good too”.

The ambition has grown with each version. “Our goal with Llama 3 was to make open source competitive with closed \
models, and our goal for Llama 4 is to lead,” Zuckerberg said. The new models are to take in pictures and sound as \
well as text, and to carry out tasks of several steps without being led by the hand.

Software work is the task that gets most of the attention. On a podcast published on 10 January Zuckerberg had said \
that an AI at Meta would this year “effectively be a sort of midlevel engineer”. We take that for a goal, not a \
forecast: Meta had more people on its payroll in December than a year before, not fewer.

# What the computers cost
Meta’s capital budget for 2025 is $60 billion to $65 billion, after $39.2 billion in 2024. It covers buildings, \
servers and networks, for advertising as much as for AI; the company does not say how much of it belongs to Llama. \
Before the year is out Meta expects to own more than 1.3 million graphics processors. Depreciation follows later, \
which is why total expenses are guided to no less than $114 billion, and at most $119 billion.

Other builders are of the same mind. Microsoft has spoken of about $80 billion for the fiscal year that ends in June. \
Stargate, the venture of OpenAI, SoftBank and Oracle that was presented at the White House on 21 January, names \
$500 billion over four years, of which $100 billion is to be spent at once. Whether the partners have the money is \
disputed: “They don’t actually have the money,” Elon Musk wrote on X that night.

# What DeepSeek changes
Until this month the sums had no visible alternative. DeepSeek’s V3 was trained on 2,048 processors of a reduced kind \
for a stated $5.6 million, and R1, which was built on it and released on 20 January under the permissive MIT licence, \
answers hard questions about as well as OpenAI’s o1. The stated cost leaves out research, failed attempts and the \
machines themselves.

Three consequences can be told apart. Training gets cheaper for everyone, as the methods are published: Zuckerberg has \
said that Meta hopes to take over some of them. Answering gets dearer, since models that reason use more computing \
for each reply. And a model that is given away loses its distinction when a rival’s is free as well. The last one \
matters most for Llama 4. Zuckerberg’s reply is that one free model will become the norm everywhere, and that “it’s \
important that it’s an American standard”.

# Our view
We expect Meta to spend at the lower end of its range. Delays on building sites, not doubts, are the reason: power \
connections take longer than processors. A model that merely equals R1 will be called a failure, fairly or not. \
We would judge Llama 4 by one figure that nobody reports yet, the share of Meta AI’s 700 million monthly users who \
come back the next day.
"""

DISCLAIMER = (
    "Foxglove Notes is written for information only and is no advice to buy or sell anything. "
    "The author holds no position in the companies named."
)


Style = Literal["", "B", "I"]


class _Pages(FPDF):
    """A4 pages with a running head and a numbered foot."""

    def header(self) -> None:
        self.set_font("Helvetica", "I", 8)
        self.cell(0, 6, f"{OUTLET}  |  Technology briefing no. 112", align="R", new_x="LMARGIN", new_y="NEXT")
        self.ln(4)

    def footer(self) -> None:
        self.set_y(-18)
        self.set_font("Helvetica", "", 8)
        self.cell(0, 6, f"Page {self.page_no()} of {{nb}}", align="C")


def sample_pdf() -> bytes:
    """Return the article as a two-page PDF with title, author and creation date in its metadata."""
    pdf = _Pages(format="A4")
    pdf.core_fonts_encoding = "cp1252"  # the built-in fonts know curly quotes only in this encoding
    pdf.set_compression(False)  # bytes that don't depend on the zlib of the machine
    pdf.set_title(TITLE)
    pdf.set_author(AUTHOR)
    pdf.set_subject(f"{OUTLET}, technology briefing no. 112")
    pdf.set_creation_date(PUBLISHED)
    pdf.set_margins(28, 20, 28)
    pdf.set_auto_page_break(True, margin=24)
    pdf.add_page()
    _line(pdf, TITLE, "B", 20, height=9)
    for label in (f"Publication: {OUTLET}", f"Author: {AUTHOR}", f"Date: {PUBLISHED.day} {PUBLISHED:%B %Y}"):
        _line(pdf, label, "", 10, height=5)
    for block in ARTICLE.splitlines():
        if block.startswith("# "):
            _line(pdf, block[2:], "B", 13, height=8)
        elif block.startswith("> "):
            _line(pdf, block[2:], "I", 12, height=6)
        elif block:
            _line(pdf, block, "", 12, height=6)
    _line(pdf, DISCLAIMER, "I", 8, height=4)
    return bytes(pdf.output())


def _line(pdf: FPDF, text: str, style: Style, size: int, *, height: float) -> None:
    pdf.set_font("Times", style, size)
    pdf.multi_cell(0, height, text, align="L", new_x="LMARGIN", new_y="NEXT")
    pdf.ln(2.5)


if __name__ == "__main__":
    PDF_PATH.write_bytes(sample_pdf())
