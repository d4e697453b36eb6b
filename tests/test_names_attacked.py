"""False claims made to get past the rules on names and orders: each has the words of its source and another sense."""

from __future__ import annotations

import pytest

from app.check.checking import check
from app.evidence.voices import Voices
from retrieval.documents import Document
from retrieval.passages import split_passages
from retrieval.quotations import find_quotations

IN, END = "The case was in the news all spring.", "Locals cheered."


def support(text: str, title: str, claim: str) -> str | None:
    document = Document(text, title, "a.txt")
    voices = Voices.of([document], find_quotations)
    return check(claim, list(split_passages(document)), [1], voices.speaker_of).support


@pytest.mark.parametrize(
    ("text", "title", "claim"),
    [
        (
            "Vell ran the Ost mine for years. Four workers were killed in a blast.",
            "A bad year for Norr",
            "Four workers were killed by Norr in a blast.",
        ),
        ("Vell broke the law. The chairman was jailed.", "Shares rise at Norr", "The chairman of Norr was jailed."),
        (
            "Reporters called the widow of Ivan Moss. Ivan Moss died in June.",
            "Moss",
            "The widow of Ivan Moss died in June.",
        ),
        ("Know the victims of Norr. Norr poisoned the river.", "Norr", "The victims of Norr poisoned the river."),
        (
            f"{IN} Dara Quill was jailed for killing a clerk in 1998. {END}",
            "Quill case",
            "In 1998, Dara Quill was jailed for killing a clerk.",
        ),
        (
            f"{IN} Norr sued a firm founded in Ohio by Dara Quill. {END}",
            "Norr mill",
            "In Ohio, Norr sued a firm founded by Dara Quill.",
        ),
        (f"{IN} Norr opened the mill Vell shut in March.", "Norr mill", "In March, Norr opened the mill Vell shut."),
        (f"{IN} No patient who took the pill and drank died. {END}", "Plan", "No patient who drank died."),
        (f"{IN} Norr nearly closed the mill and sold the land. {END}", "Plan", "Norr nearly sold the land."),
        (f"{IN} Norr would have closed the mill and sold the land.", "Plan", "Norr would have sold the land."),
        (
            f"{IN} Norr spent $40 million on closed mines and abandoned wells.",
            "Norr",
            "Norr spent $40 million on abandoned wells.",
        ),
        (
            f"{IN} A lawyer for Dara Quill, who stole $4 million from the bank, spoke in court. {END}",
            "Quill case",
            "A lawyer for Dara Quill stole $4 million from the bank.",
        ),
        (f"{IN} No plant from 2026 may burn coal. Norr protested.", "Coal rules", "No plant may burn coal."),
        (
            f"{IN} The risk of the new pill is low compared with that of heavy smoking. {END}",
            "Pill",
            "The risk of the new pill is low.",
        ),
        (f"{IN} Norr is the safest carrier compared with the two that crashed.", "Plan", "Norr is the safest carrier."),
        (
            f"{IN} Norr stole the designs, as Vell alleged that day. The court will rule soon.",
            "Norr case",
            "Norr stole the designs.",
        ),
        (
            "“Ivan Moss betrayed us,” Dara Quill said. “He took the cash.” The council met in May.",
            "Town scandal",
            "Dara Quill took the cash.",
        ),
        (
            "Ivan Moss, the former CEO, praised the mill. The CEO resigned in June. The court sat in July.",
            "Mill",
            "Ivan Moss resigned in June.",
        ),
        (
            "The father of Ivan Moss founded the mill in 1950. He died in 1990. The mill closed.",
            "Mill",
            "Ivan Moss died in 1990.",
        ),
        (
            "At the table sat Ivan Moss, the mayor, the governor and two clerks. Ivan Moss resigned in June.",
            "Town",
            "Ivan Moss, the mayor, resigned in June.",
        ),
        (
            "Ivan Moss ran the bank until March. The thief fled before he was charged. The bank said nothing.",
            "Court",
            "The thief fled before Ivan Moss was charged.",
        ),
        (
            "Kellan workers took the offer in May. At the plant in Ost the mood was dark. The workers walked out.",
            "Strikes",
            "The Kellan workers walked out.",
        ),
    ],
)
def test_what_was_tried_is_left_out(text: str, title: str, claim: str) -> None:
    assert support(text, title, claim) is None


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        (f"“The town is done,” Dara Quill said. “{'he ' * 300}left.” {END}", "Dara Quill and Dr Quill and Quill left."),
        (f"Moss left the mill to the town in June.\n\n{'A-' * 10_000}", "Ivan Moss left the mill to the city in June."),
        (f"Moss ran the Kellan bridge.\n\n{'A-' * 10_000}", "Moss closed the Kellan bridge to the city in June."),
    ],
)
def test_a_hostile_document_does_not_hold_the_check_up(text: str, claim: str) -> None:
    assert support(text, "Mill", claim) is None  # took minutes


def test_the_month_may_is_no_verb_of_somebody_else() -> None:
    text = "Ivan Moss ran the bank until March. In May he was charged with fraud. The bank said nothing."
    assert support(text, "Court", "In May, Ivan Moss was charged with fraud.") == "supported"
