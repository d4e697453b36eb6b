"""Each test of a claim against one sentence: a claim that must be refused beside a near twin that must be kept."""

from __future__ import annotations

import pytest

from app.check.alignment import align, same, tokens
from app.check.attribution import attributions, unmatched_marks
from app.check.clause_words import is_strict, is_time
from app.check.entailment import problem
from retrieval.documents import Document, Passage, Span
from retrieval.quotations import find_quotations, speaker_of


def why_not(claim: str, source: str) -> str | None:
    """The verdict on a claim beside a source of one sentence."""
    document = Document(source, "A title", "a.txt")
    window = (0, len(source))
    found = find_quotations(document)

    def says(passage: Passage, span: Span) -> str | None:
        return speaker_of(found, *span)

    return problem(claim, Passage(document, *window, (window,)), window, says)


def assert_refused(claim: str, source: str, because: str = "") -> None:
    reason = why_not(claim, source)
    assert reason is not None, f"{claim!r} was kept"
    assert because in reason


def assert_kept(claim: str, source: str) -> None:
    assert why_not(claim, source) is None


BAKERY = "Moreau said Tuesday that the bakery, which opened in 1998, will not close its shop in Lyon until 31 May."
MARKET = "Nordia fell 17% while Vell rose 2%, and Vell's rival Ostra gained nearly 5% to $12.40."


@pytest.mark.parametrize(
    ("source", "kept", "refused", "because"),
    [
        # figures
        ("Sales reached $48.39 billion.", "Sales reached $48.4 billion.", "Sales reached $48.9 billion.", "figure"),
        (
            "Sales reached $48.39 billion.",
            "Sales reached about $48 billion.",
            "Sales reached nearly $48.39 billion.",
            "",
        ),
        ("Sales grew nearly 20%.", "Sales grew nearly 20%.", "Sales grew 20%.", "only as an approximate figure"),
        ("It cost more than $3,000.", "It cost more than $3,000.", "It cost less than $3,000.", ""),
        ("It has 74,067 seats.", "It has about 74,000 seats.", "It has 74,000 seats.", "figure"),
        ("It expects $60 to $65 million.", "It expects $60-65 million.", "It expects $60 million.", "figure"),
        ("It cut 14 jobs.", "It cut 14 jobs.", "It cut 14% jobs.", "figure"),
        ("Profit was $5 million.", "Profit was $5 million.", "Profit was -$5 million.", "figure"),
        ("Sales grew 5x.", "Sales grew 5x.", "Sales grew 5%.", "figure"),
        # names and words
        ("Kestrel hired Odile Marsh.", "Kestrel hired Odile Marsh.", "Kestrel hired Odile Brandt.", "the name Brandt"),
        ("Imports fell.", "Imports fell.", "Important fell.", ""),
        ("The profit was small.", "The profit was small.", "The profitable was small.", ""),
        # order and relation
        ("Ada beat Bela.", "Ada beat Bela.", "Bela beat Ada.", "place or relation"),
        ("Ada was hit by Bela.", "Ada was hit by Bela.", "Ada hit Bela.", "drops"),
        ("Ada hit Bela.", "Ada hit Bela.", "Ada was hit by Bela.", "adds"),
        ("It rose to $5.", "It rose to $5.", "It rose from $5.", ""),
        (MARKET, "Vell rose 2%.", "Nordia rose 2%.", "drops"),
        (MARKET, "Nordia fell 17%.", "Vell fell 17%.", ""),
        (MARKET, "Nordia fell 17% while Vell rose 2%.", "Vell gained nearly 5%.", "rival"),
        ("Vell's rival fell.", "Vell's rival fell.", "Vell fell.", "rival"),
        ("A rival of Vell fell.", "A rival of Vell fell.", "Vell fell.", "of"),
        ("Vell and Ostra rose.", "Vell rose.", "Vell or Ostra rose.", ""),
        ("The deal between Vell and Ostra failed.", "The deal between Vell and Ostra failed.", "Ostra failed.", ""),
        ("Vell and Ostra together sell 40%.", "Vell and Ostra together sell 40%.", "Vell sells 40%.", ""),
        ("Vell, which owns Ostra, fell.", "Vell fell.", "Ostra fell.", ""),
        # negation
        ("It did not close.", "It did not close.", "It did close.", "not"),
        ("It closed.", "It closed.", "It never closed.", "never"),
        ("It failed to sell.", "It failed to sell.", "It sells.", ""),
        ("It did not grow in May.", "It did not grow in May.", "It did not grow.", ""),
        # modality
        ("It plans to build a mill.", "It plans to build a mill.", "It built a mill.", ""),
        ("It may build a mill.", "It might build a mill.", "It will build a mill.", ""),
        ("It will build a mill.", "It will build a mill.", "It built a mill.", "will"),
        ("It was expected to open.", "It was expected to open.", "It was open.", "expected"),
        ("It has built a mill.", "It built a mill.", "It has to build a mill.", ""),
        # scope
        ("Some growers agreed.", "Some growers agreed.", "Growers agreed.", "Some"),
        ("Some growers agreed.", "Some growers agreed.", "All growers agreed.", ""),
        ("It is the largest bank in Spain.", "It is the largest bank in Spain.", "It is the largest bank.", "Spain"),
        ("Sales in Peru fell.", "Sales in Peru fell.", "Sales fell.", "in Peru"),
        ("In Peru, sales fell.", "In Peru, sales fell.", "Sales fell.", "Peru"),
        ("On Monday, sales fell.", "Sales fell.", "Sales fell on Tuesday.", "Tuesday"),
        ("It earned $8.02 a share.", "It earned $8.02 a share.", "It earned $8.02.", "share"),
        ("It takes 18 months.", "It takes 18 months.", "It takes 18.", ""),
        # clauses torn out
        ("If oil falls, Vell will grow.", "If oil falls, Vell will grow.", "Vell will grow.", "If oil falls"),
        ("Vell will grow if oil falls.", "Vell will grow if oil falls.", "Vell will grow.", "if oil falls"),
        (
            "Vell will grow unless oil rises, Ada says.",
            "Vell will grow unless oil rises, Ada says.",
            "Vell will grow.",
            "",
        ),
        ("Traders fear that Vell will fold.", "Traders fear that Vell will fold.", "Vell will fold.", ""),
        ("Vell rose, but Ostra denied a deal.", "Ostra denied a deal.", "Ostra made a deal.", ""),
        ("Vell won, a claim that proved false.", "Vell won, a claim that proved false.", "Vell won.", ""),
        ("Is Vell growing?", "Is Vell growing?", "Vell is growing.", "asks"),
        ("Vell is safe, analysts say.", "Vell is safe, analysts say.", "Vell is safe.", ""),
        ("Vell reportedly fell.", "Vell reportedly fell.", "Vell fell.", "reportedly"),
        ("Vell sharply fell.", "Vell fell.", "Vell rose.", ""),
        (
            BAKERY,
            "Moreau said that the bakery will not close its shop in Lyon until 31 May.",
            "The bakery will close.",
            "",
        ),
    ],
)  # fmt: skip
def test_a_claim_and_its_twin(source: str, kept: str, refused: str, because: str) -> None:
    if kept != source and kept != refused:
        assert_kept(kept, source)
    assert_refused(refused, source, because)


SPEECH = 'Asked about prices, Moreau, the owner, told reporters on Tuesday: "We do not think this is a crisis."'
PARTS = "“Bread is cheap,” said Anne Moreau, who founded the bakery. "


@pytest.mark.parametrize(
    ("source", "kept", "refused", "because"),
    [
        (PARTS, "Anne Moreau said: “Bread is cheap.”", "Paul Moreau said: “Bread is cheap.”", ""),
        (PARTS, "Moreau said that bread is cheap.", "Bread is cheap.", "Anne Moreau"),
        (
            PARTS,
            "According to Anne Moreau, bread is cheap.",
            "According to Paul Brun, bread is cheap.",
            "Anne Moreau’s",
        ),
        (
            PARTS,
            "“Bread is cheap,” said Anne Moreau.",
            "“Bread is cheap,” said Anne Moreau, who sold the bakery.",
            "sold",
        ),
        (PARTS, "Moreau says: “Bread is cheap.”", "He says: “Bread is cheap.”", "does not say so"),
        (PARTS, "Moreau said “Bread is cheap.”", "Moreau said “Bread is too cheap.”", "are not in the sentence"),
        (PARTS, "Moreau: “Bread is cheap.”", "Moreau and Brun said: “Bread is cheap.”", ""),
        (PARTS, "Moreau said: “Bread is cheap.”", "Moreau said: “Bread is cheap.", "marks"),
        (PARTS, "Moreau said bread is cheap.", "The article says that bread is cheap.", "Moreau’s"),
        (PARTS, "Moreau said: “Bread is cheap.”", "Brun told Moreau: “Bread is cheap.”", ""),
        (SPEECH, "Moreau said: “We do not think this is a crisis.”", "Moreau said: “this is a crisis.”", ""),
        (
            SPEECH,
            "Moreau told reporters: “We do not think this is a crisis.”",
            "Moreau told investors: “We do not think this is a crisis.”",
            "investors",
        ),
        ("Moreau sells bread.", "The article says that Moreau sells bread.", "Brun said that Moreau sells bread.", ""),
        ("Moreau sells bread.", "According to the passage, Moreau sells bread.", "Moreau “sells bread”.", "own words"),
        ("Moreau denied that she sold out.", "Moreau denied that she sold out.", "Moreau said that she sold out.", ""),
        ("Moreau hopes that she will win.", "Moreau hopes that she will win.", "Moreau said that she will win.", ""),
    ],
)  # fmt: skip
def test_words_and_who_says_them(source: str, kept: str, refused: str, because: str) -> None:
    assert_kept(kept, source)
    assert_refused(refused, source, because)


def test_forms_of_a_word_stand_for_each_other_and_related_words_do_not() -> None:
    def one(a: str, b: str) -> bool:
        [left], [right] = tokens(a), tokens(b)
        return same(left, right)

    assert one("rises", "rose")
    assert one("planned", "plan")
    assert one("companies", "company")
    assert not one("import", "important")
    assert not one("user", "use")
    assert one("would", "will")
    assert not one("will", "would")


def test_a_claim_is_laid_on_the_nearest_words() -> None:
    claim, source = tokens("Vell rose"), tokens("Vell fell; then Vell rose")
    assert [source[j].start for _, j in align(claim, source)] == [16, 21]


def test_contractions_and_possessives_are_taken_apart() -> None:
    assert [t.lower for t in tokens("It’s Vell’s, isn't it?")] == [
        "it",
        "is",
        "vell",
        "'s",
        ",",
        "is",
        "not",
        "it",
        "?",
    ]


def test_a_contraction_that_stands_apart_from_its_verb_is_a_negation() -> None:
    assert [(t.key, t.negative) for t in tokens("They did n't know")][2] == ("not", True)


@pytest.mark.parametrize(
    "text", ["on Monday", "in the fourth quarter of 2024", "last year", "on 12 May", "within an hour"]
)
def test_times(text: str) -> None:
    assert is_time(tokens(text))


@pytest.mark.parametrize("text", ["in Peru", "for men", "a third of it", "by 5%", "12 jobs"])
def test_what_is_no_time(text: str) -> None:
    assert not is_time(tokens(text))


def test_denials_and_superlatives_are_taken_strictly() -> None:
    assert is_strict(tokens("the largest loss"))
    assert is_strict(tokens("It did not grow"))
    assert not is_strict(tokens("It grew with interest"))


def test_attributions_are_found_before_and_behind() -> None:
    assert [(a.who, a.content) for a in attributions("According to Li, it grew.")] == [("Li", "it grew.")]
    assert ("Susan Li", "“It grew”") in [(a.who, a.content) for a in attributions("“It grew,” said Susan Li.")]
    assert attributions("Vell grew.") == []


@pytest.mark.parametrize(("text", "odd"), [("“a” b", False), ("“a b", True), ('a" b', True), ("it's 'a' b", False)])
def test_marks_that_open_or_close_nothing(text: str, odd: bool) -> None:
    assert unmatched_marks(text) is odd
