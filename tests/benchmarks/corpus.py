"""A corpus that costs what a real one costs: invented words in the frequencies and lengths of English."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import accumulate

from retrieval.documents import Document
from retrieval.passages import split_passages

_FUNCTION_WORDS = """the of and to a in that is was for it with as his on be at by had not are but from or have an they
which one were all their there been has when who more out about up into them said its time only other new some could
than may these two first any now such like our over most man me even also""".split()
_ONSETS = "b br c ch cl d dr f fl g gr h j k l m n p pl pr qu r s sh sl st str t th tr v w".split()
_NUCLEI = "a ai au e ea ee i ie o oa oo ou u".split()
_CODAS = ["", "", "", "ck", "d", "l", "ll", "m", "n", "nd", "ng", "nt", "r", "rd", "rt", "s", "st", "t", "x"]

_VOCABULARY = 40_000


class Corpus:
    """Documents and questions, the same for the same seed.

    Words follow Zipf's law (frequency ~ 1 / rank); each document has a topic of words that it repeats, so that a
    question made of them has passages that answer it better than others.
    """

    def __init__(self, seed: int = 1) -> None:
        self._seed, self._random = seed, random.Random(seed)
        made: dict[str, None] = dict.fromkeys(_FUNCTION_WORDS)
        while len(made) < _VOCABULARY:
            syllables = self._random.choice((1, 2, 2, 3, 3, 4))
            made["".join(self._syllable() for _ in range(syllables))] = None
        self._words = list(made)
        self._weights = list(accumulate(1 / (rank + 2.7) for rank in range(len(self._words))))

    def documents(self, passages: int, shortest: int = 300, longest: int = 1200) -> Iterator[Document]:
        """Documents of so many words that make at least this many passages, as they are split, and hardly more."""
        made = number = 0
        while made < passages:
            topic = self._random.choices(self._words[200:], k=12)
            text = self._text(topic, self._random.randint(shortest, longest))
            number += 1
            title = " ".join(self._random.sample(topic, 4)).capitalize()
            document = Document(text, title, f"invented:{self._seed}:{shortest}:{number}")
            made += sum(1 for _ in split_passages(document))
            yield document

    def passages(self, count: int) -> Iterator[tuple[str, str]]:
        """(title, body) of 120 to 200 words, for indexes alone."""
        for _ in range(count):
            topic = self._random.choices(self._words[200:], k=12)
            yield " ".join(self._random.sample(topic, 4)), self._text(topic, self._random.randint(120, 200))

    def question(self, document: Document) -> str:
        """Ask for some of a document's words, in a question's usual shape."""
        content = [word.strip(".,").lower() for word in document.text.split()]
        rare = [word for word in content if word not in _FUNCTION_WORDS]
        asked = self._random.sample(rare, min(len(rare), self._random.randint(2, 7)))
        return f"What did the {asked[0]} of {' '.join(asked[1:])} say about it?"

    def _text(self, topic: list[str], length: int) -> str:
        sentences: list[str] = []
        written = 0
        while written < length:
            count = self._random.randint(8, 30)
            words = self._random.choices(self._words, cum_weights=self._weights, k=count)
            for at in self._random.sample(range(count), count // 6):
                words[at] = self._random.choice(topic)
            sentences.append(" ".join(words).capitalize() + ".")
            written += count
        breaks = range(5, len(sentences), 5)
        return "".join(("\n\n" if at in breaks else " ") * (at > 0) + one for at, one in enumerate(sentences))

    def _syllable(self) -> str:
        return self._random.choice(_ONSETS) + self._random.choice(_NUCLEI) + self._random.choice(_CODAS)
