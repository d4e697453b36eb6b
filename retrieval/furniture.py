"""The phrases of page furniture, as regular expressions: what pages say about themselves, in English."""

from __future__ import annotations

import re

_SOCIAL = (
    r"(?:facebook|twitter|instagram|linked\ ?in|whats\ ?app|telegram|youtube|tik\ ?tok|pinterest|reddit|threads|bluesky"
    r"|mastodon|messenger|snapchat|flipboard|google\ news|rss)"
)


def _any(*alternatives: str, ends: str = "") -> re.Pattern[str]:
    """Compile alternatives, written in verbose syntax, ignoring case."""
    return re.compile(f"(?:{'|'.join(alternatives)}){ends}", re.IGNORECASE | re.VERBOSE)


LABEL = _any(
    r"(?:related|recommended|popular|latest|more|top|trending|featured|other|further)\ "
    r"(?:news|articles?|stories|posts?|topics?|reading|links?|coverage|content|tags?|videos?|from\ .{1,40})",
    r"most\ (?:read|viewed|popular|shared)(?:\ .{1,20})?",
    r"trending(?:\ now)?",
    r"read\ (?:more|next|also|full\ story)",
    r"also\ read|see\ also|next\ up|up\ next",
    r"you\ (?:may|might)\ (?:also\ )?like(?:\ .{1,20})?",
    r"editors?['’]?s?['’]?\ picks?|what\ to\ read\ next|(?:continue|keep)\ reading|load\ more",
    r"(?:show|view|see)\ (?:more|less|all)|back\ to\ top|skip\ to\ .{1,30}",
    r"advertise?ments?|advertising|promoted|ad|sponsored(?:\ (?:content|post|by\ .{1,40}))?",
    r"(?:story|article)\ continues\ (?:below|after).{0,30}",
    r"share(?:\ (?:this|on|via|article|story)(?:\ .{1,30})?)?|save|print(?:\ this)?|e-?mail(?:\ this)?"
    r"|copy(?:\ the)?\ link",
    r"comments?(?:\ \(?\d+\)?)?|\d+\ (?:comments?|shares?|views?|likes?)|leave\ a\ (?:comment"
    r"|reply).{0,30}|post\ a\ comment",
    r"join\ the\ (?:conversation|discussion)|(?:sign|log)[\ -]?(?:in|up|out)|register|menu|home|search|close",
    r"next|previous|(?:next|previous)\ (?:article|post|story)",
    r"subscribe(?:\ (?:now|today|here|to\ .{1,50}))?|(?:our\ )?newsletters?|follow(?:\ us)?(?:\ on.{0,60})?",
    r"(?:click|tap)\ here(?:\ (?:to|for)\ .{1,60})?",
    r"(?:written|fact[-\ ]?checked|(?:medically\ )?reviewed|edited|reporting|published|posted|translated)\ by:?",
    r"(?:last\ )?(?:published|updated):?|about\ the\ authors?|author:?",
    r"(?:affiliate\ |advertising\ |full\ |editorial\ )?(?:disclosure|disclaimer)s?(?:\ policy)?",
    r"(?:editorial|privacy|cookie)s?\ (?:policy|guidelines|standards|settings|notice)",
    r"terms\ (?:of|and|&)\ \w+|contact\ us|about\ us",
    r"(?:site\ |company\ )?logo|caption|featured\ image",
    r"(?:image|photo|picture|figure|img|video|gallery|thumbnail|icon|avatar|placeholder)\s?[\d._\#()/:-]*",
    r"(?:play|watch)\ (?:now|video|live)|listen\ to\ this\ (?:article|story).{0,20}",
    r"(?:tags?|categor(?:y|ies)|topics?|filed\ under):.{0,120}",
    r"table\ of\ contents|in\ this\ article|loading|\d+\s?-?\s?min(?:ute)?s?\ read",
    rf"(?:{_SOCIAL}(?:\ share)?(?:\s*[,|/·•&-]?\s*|\ and\ )){{1,12}}",
    ends=r"[\s.!:…»›>→-]*",
)
"""A whole short line that only labels or links."""

POINTER = _any(
    r"(?:also|see\ also|must|don['’]?t\ miss|recommended|further|next|related)"
    r"(?:\s+(?:read|reading|story|stories|news|articles?|video))?\s*:\s*-?\s*\S",
    r"(?:also|must)\ read\s*[-–—|>»]+\s*\S",
    r"read\ (?:more|also|next|here|full\ story)\s*[:|>»–—-]+\s*\S",
    r"(?:watch|listen)(?:\ (?:now|here))?\s*:\s*[A-Z“\"'].{0,120}[^.”\"]$",
    r"(?:photo|image|picture|video|illustration|photograph|graphic)s?(?:\ (?:credits?|source|courtesy|via))?"
    r"\ ?(?::|\bby\b|courtesy|©)\s*\S.{0,100}[^.]$",
    r"credits?\s*:\s*\S.{0,80}$",
    r"source\s*:\s*(?:getty|shutterstock|istock|unsplash|pexels)",
    r"(?:written|fact[-\ ]?checked|(?:medically\ )?reviewed|edited"
    r"|compiled)\ by:?\ (?-i:[A-Z][\w.’'-]+(?:\ [A-Z][\w.’'-]*){0,4})$",
)
"""How a link to something else, or a credit, begins."""

LEGAL = _any(
    r"\ball\ rights\ reserved\b",
    r"(?:^|[\s(])©\s*(?:copyright\s*)?(?:\d{4}|(?-i:[A-Z]))|\(c\)\s*\d{4}\b|\bcopyright\ (?:©\ ?)?\d{4}\b",
    r"\bmay\ not\ be\ (?:published|reproduced)\b.{0,40}\b(?:broadcast|rewritten|redistributed|without)",
    r"\b(?:we|this\ (?:web)?site)\ (?:and\ our\ partners\ )?uses?\ cookies\b",
    r"\baccept\ (?:all\ )?cookies\b|\bcookie\ (?:policy|settings|preferences|consent)\b",
    r"\b(?:you\ agree\ to|read|see|accept)\ (?:our|the)\ (?:terms|privacy|cookie)",
    r"\bwe\ may\ (?:earn|receive)\ (?:a\ |an\ )?(?:small\ )?(?:affiliate\ )?(?:commission|compensation)"
    r"|\baffiliate\ links?\b",
    r"\benable\ (?:javascript|cookies)\b|\bjavascript\ is\ (?:disabled|required)",
    r"\bwhy\ (?:you\ (?:can|should)\ )?trust\ (?:us|(?-i:[A-Z])\S+(?:\ \S+){0,2})$",
)
"""Notices: rights, cookies, commissions."""

FILE_NAME = _any(r"[\w.-]+\.(?:jpe?g|png|gif|webp|svg|mp4|avif)", r"(?:img|dsc|screenshot|image)[_-]?[\d_-]{2,}\S*")
SLUG = re.compile(r"(?:[^\W\d_]+ ){0,3}[a-z]{2,}\d{4,}(?: \w+)?")
"""What is left of an image's name: words and a word that runs into a number."""

AGENCY_CREDIT = _any(
    r"[\w.’'\ -]{2,40}(?:\s?[/|]\s?[\w.’'\ -]{2,30})*\s?[/|]\s?"
    r"(?:getty(?:\ images)?|ap|afp|reuters|epa|istock|shutterstock|bloomberg|alamy|unsplash|via\ [\w\ ]{2,20})"
    r"(?:\s?[/|]\s?[\w\ ]{2,20})*",
    r"(?:getty\ images|shutterstock|istock(?:photo)?|unsplash|alamy)(?:/[\w\ ]+)?",
)

CALL_TO_ACTION = _any(
    r"(?:^|[.!?:\"”’]\s*|\band\ |,\ |\bplease\ |\bchannels?\ )(?:subscribe|sign[\ -]up|join|follow"
    r"|like|click|tap"
    r"|download|register|connect\ with|stay|get|don['’]t\ miss|check\ out|visit|donate|become"
    r"|be\ (?:a\ part|the\ first)"
    r"|share|enter|scan|support)\b",
)
"""A verb that tells the reader to do something, where an imperative can stand."""

READER = _any(r"\b(?:you|your|yours|us|our|we|me)\b")

WHAT_IS_OFFERED = _any(
    r"\b(?:newsletters?|inbox|(?:your\ )e-?mail(?:\ address)?|whatsapp\ channels?|notifications?|alerts?"
    r"|app\ store|google\ play",
    r"our\ app|latest\ (?:news|updates|insights|stories)|stay\ (?:updated|tuned|informed|connected|ahead)"
    r"|upcoming\ events",
    r"webinars?|subscri(?:be|bers?|ptions?)|free\ trial|breaking\ news|by\ clicking|(?:the|this)\ link"
    r"|link\ below|membership",
    rf"{_SOCIAL})\b",
)

POLICY = _any(
    r"\b(?:editorial\ (?:policy|standards?|guidelines?|process|team|independence|integrity)",
    r"our\ (?:content|articles|reporters|editors|experts|reviews|journalists)\b|written\ and\ (?:edited|reviewed)\ by",
    r"(?:thorough|rigorous)(?:ly)?\ (?:\w+\ )?(?:review|fact)|experienced\ editors|factual\ accuracy"
    r"|fact[-\ ]check(?:ed|ing)",
    r"first-hand\ experience|industry\ (?:professionals|experts)|highest\ standards|we\ (?:strive"
    r"|maintain|adhere|pride)",
    r"we\ are\ committed|(?:financial|investment|legal|medical)\ advice|informational\ purposes|accuracy,|impartiality",
    r"do\ your\ own\ research)",
)
"""How a site speaks of its own editing; two of these in a sentence make it that."""

SPEECH = _any(
    r"\b(?:said|says|saying|told|tells|asked|added|wrote|writes|tweeted|noted|explained|according\ to"
    r"|announced|replied",
    r"argued|claimed|stated|insisted|warned)\b",
)
FIGURE = _any(r"[$€£¥]\s?\d|\d[\d.,]*\s?(?:%|percent|per\ cent|[mbt]illion|bn\b|mn\b)|\b(?:19|20)\d\d\b")

KEYWORDS = frozenset(
    """accept accuracy advice affiliate agree alerts app articles breaking channels clicking commission committed
    compensation connected content cookie cookies copyright disabled donate editorial editors email enable events
    experience experts facebook fact factual google guidelines impartiality inbox independence industry informational
    informed insights instagram integrity javascript latest link linkedin mail mastodon membership messenger newsletter
    newsletters notifications our pinterest play policy privacy process reddit research reserved review reviewed rights
    rss snapchat standards stay store subscribe subscriber subscribers subscription subscriptions team telegram threads
    tiktok trial trust tuned twitter updated updates webinar webinars whatsapp youtube bluesky flipboard c""".split()
)
"""Words of which every notice, call and policy holds one; looking for them first saves time."""
