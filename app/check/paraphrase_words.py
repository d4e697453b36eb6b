"""Words that may stand for one another in a checked claim, and those that decide its modality and doubt.

Narrower than app.questions.thesaurus, which only helps to find: a group holds words that leave a statement as true
as it was.
"""

from __future__ import annotations

from functools import cache

from app.check.alignment import inflected
from app.check.words import base_form, stem

_GROUPS = """
    rise climb grow gain jump surge increase up higher soar growth more
    fall drop decline plunge tumble sink lower down slide decrease plummet slip tank dip slump shrink fewer less
    lose loss
    fall lose
    revenue sales turnover
    share shares stock stocks
    spending expenditure expenditures outlay capex capital
    spend put invest lay
    employee employees staff headcount workforce employ
    expect forecast project guide anticipate pencil look estimate predict projection
    plan intend budget
    call describe praise
    large big huge massive vast enormous
    important crucial essential critical pivotal
    build construct building
    company firm business
    laboratory lab
    infra infrastructure
    heavily heavy
    believe think see view regard
    mainly mostly primarily largely
    finish complete
    complete done
    promise pledge vow
    begin start
    quick fast rapid
    show reveal disclose unveil
    buy acquire purchase
    help support assist
    assume imagine imagination
    worry fear
    skeptical sceptical
    doubt skeptical
    concede acknowledge admit
    allow grant
    set allocate
    keep maintain retain stick
    defend reaffirm
    wish want
    aim goal
    fleet processors
    capability capabilities ability functionality
    agentic agent
    enormous massive
    difference differ
    venture plan
    novel new
    people humans users
    serve reach
    use open
    salary salaries earn
    accumulate rack
    generate bring
    publish appear
    significant great
    say tell write state note add explain remark comment argue
    climb rise
    compute computing
    analysts suits
"""
LIGHT = frozenset(
    """report reported reports post posted posts come came comes amount amounted total totalled totaled stand stood
    reach reached hit record recorded figure number level mark size earlier according compare compared versus vs
    against while whereas respectively be been being do did done doing company almost nearly about around roughly
    approximately previously also both one it its itself own there those these this that such so as well then""".split()
)
"""Words that a claim may add: they say that something was said, counted or compared, and nothing of their own."""
POSSIBLE = frozenset("may might could possibly perhaps maybe potentially potential".split())
PLANNED = frozenset(
    """will would shall expect expects expected plan plans planned planning intend intends intended aim aims aimed
    goal hope hopes hoped want wants wanted forecast forecasts guided guidance projected projection projections
    outlook due promise promises promised budget set meant upcoming going ’ll next target wish ambition ambitions
    scheduled estimated project projects predicted predicts predict pledge pledged budgeted pencilled penciled
    looking expecting planning""".split()
)
DOUBTED = frozenset(
    """reportedly allegedly apparently supposedly purportedly seemingly seem seems seemed appear appears likely
    unlikely probably rumoured rumored claim claims claimed suggest suggests suggested said-to thought""".split()
)
QUANTIFIERS = frozenset(
    """any all every no none both never always ever some most few many several part half third fifth fraction only
    majority each other another""".split()
)
CAUSES = frozenset(
    """because due owing thanks reason cause caused causes causing led prompted drove driven result resulted after
    before until despite unless if as since fears""".split()
)


@cache
def groups(word: str) -> frozenset[str]:
    """The names of the groups that a word, or another form of it, belongs to."""
    base = base_form(word)
    entries = {*_table().get(stem(word), ()), *_table().get(stem(base), ())}
    return frozenset(group for listed, group in entries if listed in (word, base) or inflected(listed, base))


@cache
def senses(word: str) -> frozenset[str]:
    """The groups that a word belongs to, and its own stem."""
    return groups(word) | {stem(word)}


@cache
def _table() -> dict[str, list[tuple[str, str]]]:
    table: dict[str, list[tuple[str, str]]] = {}
    for n, line in enumerate(_GROUPS.strip().splitlines()):
        for word in line.split():
            table.setdefault(stem(word), []).append((word, f"#{n}"))
    return table
