"""What the words of a source would allow and its sentences don't say: each false claim stands beside a true one."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from app.check.checking import check
from app.check.objections import objection
from app.libraries import SAMPLE
from retrieval.documents import Document, Passage, Span
from retrieval.passages import split_passages
from tests.adversary import says
from tests.libraries import ARTICLES

PEOPLE = Document(
    "Sarah Carter signed the lease in March. James Carter, her uncle, ran the boatyard until 2011. Carter was fined "
    "for mooring without a permit.\n\nThe captain, Lars Ek, had been awake for 19 hours. Magnus Ek owns the ferry.\n\n"
    "“Paint is dear,” Kerr said. Anna Kerr paints boats; Peter Kerr sells them. Deputy Mayor Ole Ruud resigned. "
    "“The soup is safe,” said Tom Webb, a chemist. Mayor Ann Doyle tasted it.",
    "Boatyard news",
    "people.txt",
)
FIRMS = Document(
    "Orvex reported a loss on Monday. A rival earns $5 million a year. The insurer owns two parks. Helvoro, the "
    "largest carrier, raised its fares by 4%. The carrier hired 70 pilots.\n\nOrvex said its shops were full. The bank "
    "rejected the plan. Orvex makes lamps.\n\nA rival’s plant burned down in 2022. Berg and Lind own 60 percent of the "
    "quarry. The strike ended after nine days. Lindholm lost the election. Exports were 5 million tonnes. Few tenants "
    "complained.",
    "Orvex makes a loss",
    "firms.txt",
)
FIGURES = Document(
    "A court cut the fine to 1.2 million crowns. The drug lowered the risk of stroke by 30 percent. Rooms cost €80 in "
    "winter and €140 in summer. Eighteen patients died, 11 of them in the placebo group. The ferry was sailing at 14 "
    "knots, the limit being 8. One guest in ten complains. Vell hired 300 workers for it. The fund holds ₹320 million. "
    "Sales were 5 million crowns in March 2024. Some 1.200.000 cells were shipped.\n\nLast year Vell lost €31 million; "
    "this year it expects a profit. In 2022 the firm opened nine shops and in 2023 it closed four.",
    "Figures of the year",
    "figures.txt",
)
FORMS = Document(
    "Lind was paying 500 crowns a month for a berth. The union is suing over the noise. Dahl was chairman of the "
    "board. The tunnel employed 90 guards. The firm is closing the fish hall.\n\nThe roof partially collapsed in June. "
    "The museum is free on Sunday. Fishing is banned at night. Had the dike held, the market would be dry. The "
    "exports, apart from gas, rose 8 percent. During strikes, the ferries are free.",
    "Notes of the harbour",
    "forms.txt",
)
PLANS = Document(
    "The committee votes on 20 June. Prices in Oslo and Bergen rose 4 percent and 7 percent, respectively. Pilots at "
    "Kestrel earn less than those at Aldane but more than those at Polar. The vote fell one short of a majority. The "
    "shot is 75 percent effective after three doses. On 3 May the mill was sold, and in May it closed.",
    "Plans of the week",
    "plans.txt",
)
REMARKS = Document(
    "“Our rivals claim the drug is toxic,” said Mina Sato. “I used to think the plant was safe,” Ed Finn added. “My "
    "boss thinks the trial failed,” said Paul Reyes.\n\n“Lind told me ‘the dam is dead’ last week,” said Per Dahl.\n\n"
    "“We lost $5 million last year,” Ed Finn said. “The mill is old and the dam is new,” Ada Berg said. “They must "
    "leave by June,” Ada Berg told the council. “We want to sell the mill,” Ada Berg said. “We hired 40 people,” said "
    "Ada Berg. “I think the bridge is lovely,” said Ada Berg.",
    "Remarks of the week",
    "remarks.txt",
)
CASES = [
    (PEOPLE, "James Carter signed the lease in March.", "Sarah Carter signed the lease in March."),
    (PEOPLE, "James Carter was fined for mooring without a permit.", "Carter was fined for mooring without a permit."),
    (PEOPLE, "Magnus Ek had been awake for 19 hours.", "Lars Ek had been awake for 19 hours."),
    (PEOPLE, "“Paint is dear,” Anna Kerr said.", "Kerr said: “Paint is dear.”"),
    (PEOPLE, "Anna Kerr said that paint is dear.", "Kerr said that paint is dear."),
    (PEOPLE, "Mayor Ole Ruud resigned.", "Ole Ruud resigned."),
    (PEOPLE, "Mayor Tom Webb said: “The soup is safe.”", "Tom Webb said: “The soup is safe.”"),
    (FIRMS, "Orvex earns $5 million a year.", "The rival earns $5 million a year."),
    (FIRMS, "Orvex owns two parks.", "The insurer also owns two parks."),
    (FIRMS, "Orvex rejected the plan.", "The bank has rejected the plan."),
    (FIRMS, "An Orvex plant burned down in 2022.", "The rival’s plant burned down in 2022."),
    (FIRMS, "Berg owns 60 percent of the quarry.", "Berg and Lind own 60 percent of this quarry."),
    (FIRMS, "Orvex reported that the strike ended after nine days.", "The strike has ended after nine days."),
    (FIRMS, "Lindholm nearly lost the election.", "Lindholm has lost the election."),
    (FIRMS, "Exports were a record 5 million tonnes.", "The exports were 5 million tonnes."),
    (FIRMS, "A few tenants complained.", "Few tenants have complained."),
    (FIGURES, "A court cut the fine by 1.2 million crowns.", "The court cut the fine to 1.2 million crowns."),
    (FIGURES, "The drug lowered the risk of stroke to 30 percent.", "The drug lowered the risk of stroke by 30%."),
    (FIGURES, "Rooms cost €80 in summer and €140 in winter.", "The rooms cost €80 in winter and €140 in summer."),
    (FIGURES, "Rooms cost €80.", "Rooms cost €80 in winter."),
    (FIGURES, "Eleven patients died.", "Eighteen patients died."),
    (FIGURES, "The ferry was sailing at 8 knots.", "The ferry was sailing at 14 knots."),
    (FIGURES, "Vell hired 300+ workers for it.", "Vell has hired 300 workers for it."),
    (FIGURES, "Vell hired 300.000 workers for it.", "For it Vell hired 300 workers for it."),
    (FIGURES, "The fund holds ₩320 million.", "The fund also holds ₹320 million."),
    (FIGURES, "Sales were 5 million crowns in 2024.", "The sales were 5 million crowns in March 2024."),
    (FIGURES, "Some 1.2 cells were shipped.", "Some 1.200.000 cells were shipped."),
    (FIGURES, "Vell lost €31 million this year.", "Vell lost €31 million."),
    (FIGURES, "In 2023 the firm opened nine shops.", "In 2022 the firm opened nine shops."),
    (FORMS, "Lind was paid 500 crowns a month for a berth.", "Lind was paying 500 crowns a month for the berth."),
    (FORMS, "The union is sued over the noise.", "The union is suing over noise."),
    (FORMS, "Dahl is chairman of the board.", "Dahl was the chairman of the board."),
    (FORMS, "The tunnel employs 90 guards.", "The tunnel has employed 90 guards."),
    (FORMS, "The firm has closed the fish hall.", "The firm is closing a fish hall."),
    (FORMS, "The roof collapsed in June.", "The roof has partially collapsed in June."),
    (FORMS, "The museum is free.", "The museum is also free on Sunday."),
    (FORMS, "Fishing is banned.", "Fishing is banned at night."),
    (FORMS, "The market would be dry.", "Had the dike held, the market would be dry."),
    (FORMS, "The exports rose 8 percent.", "The exports, apart from gas, rose 8%."),
    (FORMS, "The ferries are free.", "During strikes, ferries are free."),
    (PLANS, "The committee voted on 20 June.", "The committee votes on 20 June."),
    (PLANS, "Prices in Oslo and Bergen rose 4 percent.", "The committee votes."),
    (PLANS, "Pilots at Kestrel earn less than those at Aldane and Polar.", "The committee votes."),
    (PLANS, "The vote fell one above a majority.", "The vote fell one short of the majority."),
    (PLANS, "The shot is 75 percent effective.", "The shot is 75% effective after three doses."),
    (PLANS, "In May the mill was sold for good.", "On 3 May the mill was sold."),
    (REMARKS, "Mina Sato said that the drug is toxic.", "Mina Sato said: “Our rivals claim the drug is toxic.”"),
    (REMARKS, "Ed Finn said “the plant was safe.”", "Ed Finn said: “I used to think the plant was safe.”"),
    (REMARKS, "Paul Reyes said: “The trial failed.”", "Paul Reyes said: “My boss thinks the trial failed.”"),
    (REMARKS, "“The dam is dead,” said Per Dahl.", "Per Dahl said: “Lind told me ‘the dam is dead’ last week.”"),
    (REMARKS, "Ed Finn said: “[Sato] lost $5 million last year.”", "Ed Finn said: “We lost $5 million last year.”"),
    (REMARKS, "Ada Berg called the dam “old.”", "Ada Berg said the mill is “old.”"),
    (REMARKS, "Ada Berg said they “leave by June.”", "Ada Berg said they “must leave by June.”"),
    (REMARKS, "Ada Berg said they will “sell the mill.”", "Ada Berg said they “want to sell the mill.”"),
    (REMARKS, "Ada Berg said they nearly “hired 40 people.”", "Ada Berg said they “hired 40 people.”"),
    (REMARKS, "Ada Berg said “we think the bridge is lovely.”", "Ada Berg said “the bridge is lovely.”"),
]


@cache
def passages(document: Document) -> tuple[Passage, ...]:
    return tuple(split_passages(document))


def support(claim: str, document: Document) -> tuple[str | None, str]:
    """What the rules of wording alone make of a claim."""
    found = passages(document)
    verdict = check(claim, found, range(1, len(found) + 1), says)
    return verdict.support, verdict.reason


@pytest.mark.parametrize(("document", "false", "true"), CASES, ids=[false for _, false, _ in CASES])
def test_what_the_words_allow_and_the_sentence_does_not_say(document: Document, false: str, true: str) -> None:
    assert support(true, document)[0], support(true, document)[1]
    assert support(false, document)[0] is None


def sentences() -> Iterator[tuple[Document, Span]]:
    for path in sorted([*SAMPLE.glob("*.md"), *ARTICLES.glob("*.txt")]):
        document = Document(path.read_text(encoding="utf-8"), path.stem, path.name)
        yield from ((document, span) for passage in split_passages(document) for span in passage.sentences)


def test_no_sentence_is_objected_to_beside_itself() -> None:
    found = list(sentences())
    assert len(found) > 100
    for document, span in found:
        assert objection(document.text[slice(*span)], span, document) is None


def test_what_turns_a_text_round_is_not_shown() -> None:
    document = FIGURES
    verdict = check("Vell hired \u202e300\u202c workers\ud800 for it.", passages(document), [1], lambda *_: None)
    assert verdict.text == "Vell hired 300 workers for it."
