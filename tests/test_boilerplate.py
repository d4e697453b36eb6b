"""Page furniture is told from what an article says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.boilerplate import find_noise, is_furniture

FURNITURE = [
    "Click here!",
    "Also Read :- Fiberline wins an $80M order",
    "READ MORE: What the new tariffs mean",
    "Related News",
    "Most Popular",
    "Advertisement",
    "Share on Facebook",
    "Facebook Twitter LinkedIn WhatsApp",
    "Written by",
    "Fact checked by",
    "Reviewed by Jane Doe",
    "Gadgets Why Trust Portside",
    "Disclosure",
    "logo",
    "image 204",
    "reel plant7731945",
    "IMG_20250131.jpg",
    "Photo: Jane Doe / Harbor Pictures",
    "Jane Doe/Getty Images",
    "Follow Jane Doe on Twitter @janedoe",
    "Like us on Facebook, connect with us on LinkedIn and follow us on Instagram.",
    "Subscribe to our newsletter to get the latest news in your inbox.",
    "We use cookies to personalise content and to analyse our traffic.",
    "© 2025 Harbor Ledger. All rights reserved.",
    "We may earn a commission when you buy through links on this page.",
    "Our content is written and edited by people with first-hand experience.",
    "This article is for informational purposes only and is not investment advice.",
    "Join our WhatsApp channel for breaking news",
    "Table of Contents",
    "5 min read",
]
CONTENT = [
    "“Follow us on Instagram and you will see,” Zuckerberg said.",
    "Users can subscribe to the newsletter for $5 a month, the company said.",
    "Facebook and Instagram have more than 3.3 billion daily users.",
    "Twitter was renamed X in 2023.",
    "The company will support its editors with new tools.",
    "Stay or go was the question that the board could not answer.",
    "Context",
    "Revenue: $48.39 billion (vs. $47.04 billion expected).",
    "She said that the firm would share the data with its partners.",
    "Voters follow the news on Facebook and share links with friends.",
    "The résumé of the manager is short.",
    "Copyright law was written for books.",
    "They struggle to stay ahead of the digging.",
    "What the trust wants is a say in how the plant is run.",
    "Nvidia and AP reported gains.",
    "The logo was changed from blue to green.",
]


@pytest.mark.parametrize("line", FURNITURE)
def test_furniture_is_noise(line: str) -> None:
    text = f"The plant opened in May.\n\n{line}\n\nIt employs ninety people.\n"
    assert " ".join(text[a:b] for a, b in find_noise(text)) == line


@pytest.mark.parametrize("line", CONTENT)
def test_content_is_not(line: str) -> None:
    assert not is_furniture(line)
    assert find_noise(f"The plant opened in May.\n\n{line}\n\nIt employs ninety people.\n") == []


def test_only_the_call_in_a_paragraph_is_noise() -> None:
    text = "The plant opened in May. It employs ninety people. Subscribe to our newsletter today.\n"
    assert [text[a:b] for a, b in find_noise(text)] == ["Subscribe to our newsletter today."]


@given(
    st.lists(st.sampled_from([*FURNITURE, *CONTENT, "", "“", "©", "\t"]), max_size=12).map("\n".join)
    | st.text(max_size=200)
)
def test_spans_ascend_and_lie_inside(text: str) -> None:
    last = 0
    for start, end in find_noise(text):
        assert last <= start < end <= len(text)
        last = end
