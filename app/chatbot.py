"""The chatbot: a library, a writer and the pipe between them, from a question to a checked answer."""

from __future__ import annotations

from collections.abc import Collection, Generator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from app.adding import Received, Report, Result, add_all
from app.answer import Answer, Event, Write
from app.audit.tracing import Stopwatch, filter_of, limited, versions
from app.check.judges import Judge, by_entailment, by_model, named
from app.evidence.sources import Sources
from app.evidence.strictness import NEVER, Strictness, least_of
from app.llm.exchange import Exchange, Record
from app.pipe import answer_events
from app.questions.context import in_context, leant_on
from app.questions.filters import read
from app.questions.followup import Turn, spelt_out, standalone
from app.remarks import Quote, quotes
from retrieval.address import place
from retrieval.errors import LibraryError, ModelError, QuestionError
from retrieval.filters import Filter

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from app.audit.verify import Verification
    from app.llm.models import Model
    from app.llm.proposals import Proposed
    from retrieval.documents import Document
    from retrieval.embedding import Embed
    from retrieval.entries import Entry
    from retrieval.fetch import Reach
    from retrieval.listing import Page, Wanted
    from retrieval.preparing import Apart
    from retrieval.quotations import Quotation
    from retrieval.reranking import Rerank

LONGEST_QUESTION = 10_000
"""Characters; far beyond any question, far below what would keep the index busy for long."""


class Chatbot:
    """Ask a library of documents; the answer comes in exact, cited words.

    >>> with Chatbot("./library") as bot:
    ...     bot.add("articles/")
    ...     answer = bot.ask("What did Zuckerberg say about DeepSeek?")
    """

    def __init__(
        self,
        library: str | Path | None = None,
        llm: str | BaseChatModel = "extractive",
        embed: Embed | str | None = None,
        strictness: Strictness = "balanced",
        judge: str | None = None,
        rerank: Rerank | str | None = None,
    ) -> None:
        """Open or create a library: a folder, or http://host:port[/NAME] of a Chroma server; None is the person's own.

        llm: "extractive" (no model), "provider:model", "local:smollm2", "local:FILE.gguf" or a LangChain chat model.
        embed: "minilm", "fastembed:MODEL", "sentence-transformers:MODEL", "openai:MODEL", "ollama:MODEL" or a function
        from texts to vectors; None is $ONRECORD_EMBED, else minilm. strictness: how sure to be before answering:
        "lenient", "balanced" or "strict". judge: who may refuse what the check lets through of a model's draft:
        "provider:model", or "nli:FOLDER" (app.check.judges); None is $ONRECORD_JUDGE, else nobody. rerank: who orders
        what is found anew: "onnx:FOLDER", "fastembed:MODEL", "sentence-transformers:MODEL" or a function (see
        retrieval.reranking); None is $ONRECORD_RERANK, else nobody, as is "". Raises LibraryError, ModelError and, for
        another strictness, QuestionError.
        """
        from app.libraries import embedder_name, own_library, reranker_name
        from retrieval.library import Library

        self.strictness = strictness
        self._models: dict[str, Model] = {}
        self._entailment = lru_cache(maxsize=1)(by_entailment)
        self._llm = llm
        if llm != "extractive":
            self._model(llm)
        self._judge_name = named(judge)
        self._judge([], self._judge_name)
        rerank = reranker_name() if rerank is None else rerank
        path = place(library) if library is not None else own_library()
        self._library = Library(path, embed or embedder_name(), rerank or None)

        self._quotations_of = lru_cache(maxsize=512)(self._library.quotations_of)
        self._sources = Sources.of(self._library, self._quotations_of)

    @property
    def model(self) -> str:
        """The name of the writer that answers unless a question names another."""
        return self._llm if isinstance(self._llm, str) else self._model(self._llm).name

    @property
    def strictness(self) -> Strictness:
        """How sure to be before answering; may be set between questions."""
        return self._strictness

    @strictness.setter
    def strictness(self, level: Strictness) -> None:
        self._least = least_of(level)
        self._strictness = level

    @property
    def is_empty(self) -> bool:
        """Whether the library holds no document."""
        return self._library.is_empty

    def add(
        self,
        *paths: str | Path | Received,
        progress: Report | None = None,
        reach: Reach | None = None,
        apart: Apart | None = None,
    ) -> list[Result]:
        """Read, split, embed and store files, folders, web addresses and bytes; one result for each document, in order.

        Never raises for a document that can't be read: its result has status "failed" and the error's message.
        progress: called with (what is being done, how many done, how many in all). reach: "named" lets web addresses
        lead into the private network that they name themselves; see retrieval.fetch. apart: another process in which
        to read and embed, so that questions asked meanwhile don't wait; see app.adding.add_all.
        """
        self._refresh()
        return add_all(self._library, paths, progress, reach, apart)

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        llm: str | BaseChatModel | None = None,
        where: Filter | Sequence[Filter] = (),
        today: date | None = None,
    ) -> Answer:
        """Answer a question. history: earlier (question, answer text) pairs, oldest first, for follow-ups.

        where: answer only from what a filter lets through, or several that all have to hold; a question that plainly
        says where to look ("according to Fortune") adds one. today: by which "last week" is meant, if not the real one.
        Raises QuestionError for an empty or endless question, ModelError where the model can't be used, and
        LibraryError for a filter's name that the library does not have.
        """
        answer: Answer | None = None
        for event in self.stream(question, history, llm, where, today):
            if isinstance(event, Answer):
                answer = event
        assert answer is not None, "the last event is always the answer"
        return answer

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        llm: str | BaseChatModel | None = None,
        where: Filter | Sequence[Filter] = (),
        today: date | None = None,
        strictness: Strictness | None = None,
        judge: str | None = None,
    ) -> Generator[Event, None, None]:
        """Answer as it comes: Found, then Text and Checked as the draft is written, then the Answer. Errors as ask.

        strictness, judge: for this question, in the place of the chatbot's own; "" is no judge.
        """
        if not question.strip():
            raise QuestionError("The question is empty. Type what you want to know.")
        if len(question) > LONGEST_QUESTION:
            raise QuestionError(
                f"The question has {len(question):,} characters; at most {LONGEST_QUESTION:,} can be asked. Shorten it."
            )
        self._refresh()
        llm = self._llm if llm is None else llm
        exchanges: list[Exchange] = []
        watch = Stopwatch()
        with watch.time("stand alone"):
            query = self._standalone(question.strip(), history, llm, exchanges.append)
            asked = read(query, self._library.sources, self._is_quoted, today or date.today())
            filters = (*([where] if isinstance(where, Filter) else where), *asked.filters)
            sources = Sources.of(self._library, self._quotations_of, filters)
            before = leant_on(asked.question, spelt_out(history, self._is_quoted))
            sources = replace(sources, search=in_context(sources.search, before))
        least, strictness = self._least if strictness is None else least_of(strictness), strictness or self._strictness
        name, write = self._writer(llm, exchanges.append)
        if not self._reads_for_itself(llm):
            least = replace(least, wording=NEVER, nearness=NEVER)
        judging = self._judge(exchanges, self._judge_name if judge is None else judge)
        for event in answer_events(question, asked.question, sources, write, name, watch, least, judging):
            if isinstance(event, Answer) and event.trace:
                trace = replace(
                    event.trace,
                    exchanges=tuple(exchanges),
                    versions=versions(self._library, strictness),
                    limited=tuple(map(limited, filters)),
                )
                event = replace(event, trace=trace)
            yield event

    def _is_quoted(self, name: str) -> bool:
        return bool(self._sources.spoken_by(name))

    def verify(self, answer: Answer) -> Verification:
        """Hold an answer, of today or stored, against the library as it is now: quotes, sentences, text.

        Where no model wrote it, the question is asked again too, for what the library would say differently.
        """
        from app.audit.verify import verify

        query = answer.trace.searched.query if answer.trace else answer.question
        again = answer.model == "extractive" and 0 < len(query.strip()) <= LONGEST_QUESTION
        now = None
        with suppress(
            LibraryError, ValueError
        ):  # a filter that nothing fits any more, or that was edited into nonsense
            where = [filter_of(one) for one in answer.trace.limited] if answer.trace else []
            now = self.ask(query, llm="extractive", where=where) if again else None
        return verify(answer, self._library, self._quotations_of, now)

    def quotes(
        self,
        speaker: str = "",
        about: str = "",
        since: date | None = None,
        until: date | None = None,
        where: Filter | None = None,
    ) -> list[Quote]:
        """Who said what: the ledger's entries by date, the undated last.

        speaker: a name ("Zuckerberg") or role ("Meta's CEO"); about: words of a topic; since and until: days, both
        included, by the day of speaking where the text tells it, else by that of publication; where: only what a filter
        lets through. Raises LibraryError for a filter's name that the library does not have.
        """
        self._refresh()
        return quotes(self._library, speaker, about, since, until, self._library.scope(where) if where else None)

    def propose_quotes(self, llm: str | BaseChatModel, progress: Report | None = None) -> Proposed:
        """Have a model propose quotations that the rules missed; those that the text bears out join the ledger.

        Every document's text is sent to the model. progress: called with (what is being done, passages read, in all).
        Raises ModelError.
        """
        if llm == "extractive":
            raise ModelError("Proposing quotations takes a language model: name one, such as openai:gpt-5.5.")
        from app.llm.proposals import propose

        try:
            return propose(self._library, self._model(llm), progress)
        finally:
            self._quotations_of.cache_clear()

    def documents(self, where: Filter | None = None) -> list[Entry]:
        """What the library holds, or a filter lets through: id, title, source, author, published, uri, tags of each."""
        self._refresh()
        return self._library.documents(where)

    def tag(self, id: str, tags: Collection[str], *, remove: bool = False) -> tuple[str, ...]:
        """Put tags on a document, or take them off; gives those that it then has. Raises LibraryError."""
        self._refresh()
        has = self._library.tags(id)
        given = {tag.strip() for tag in tags} - {""}
        if remove and given - has:
            lacking, kept = (", ".join(sorted(some)) for some in (given - has, has))
            raise LibraryError(f"The document {id} has no tag {lacking}" + (f"; it has {kept}." if kept else "."))
        left = has - given if remove else has | given
        self._library.tag(id, left)
        return tuple(sorted(left))

    def document(self, id: str) -> Document:
        """A document by its id or the beginning of it. Raises LibraryError, with the nearest id, for an unknown one."""
        self._refresh()
        return self._library.document(id)

    def quotations_of(self, document: Document) -> Sequence[Quotation]:
        """Who says what in one document of the library, in the order of the text."""
        return self._quotations_of(document)

    def page(self, wanted: Wanted) -> Page:
        """Some of the documents: searched, filtered and sorted; see retrieval.listing."""
        self._refresh()
        return self._library.page(wanted)

    def put_aside(self, *ids: str) -> list[str]:
        """Take documents out, so that for a day `bring_back` undoes it; gives their ids. Raises LibraryError."""
        self._refresh()
        return self._library.put_aside(*ids)

    def bring_back(self, *ids: str) -> list[str]:
        """Undo put_aside: same ids, addresses, tags and quotations; gives the ids of those that could come back."""
        self._refresh()
        return self._library.bring_back(*ids)

    def aside(self) -> list[tuple[str, str]]:
        """Id and title of the documents that can be brought back, the last one put aside first."""
        return self._library.aside()

    def remove(self, id: str) -> None:
        """Remove a document. Raises LibraryError for an unknown id."""
        self._refresh()
        self._library.remove(id)

    def check(self) -> list[str]:
        """Compare everything that was made from the stored texts with them; gives findings in words, none if all fits.

        Raises LibraryError where SQLite finds the catalog's file damaged.
        """
        return self._library.check()

    def repair(self, progress: Report | None = None) -> list[str]:
        """Make anew, from the stored texts, whatever `check` finds; gives what it had found. Errors as `check`."""
        found = self._library.repair(progress and (lambda done, total: progress("Embedding passages", done, total)))
        self._quotations_of.cache_clear()
        return found

    def reindex(self, embed: Embed | str, progress: Report | None = None) -> None:
        """Move the library to another embedder; the present one answers until the new vectors are whole.

        What is added meanwhile is in both, and an interrupted move goes on where it was left. Raises EmbedderError.
        """
        self._library.reindex(embed, progress and (lambda done, total: progress("Embedding passages", done, total)))

    def warm(self) -> None:
        """Load the embedder and the index now, so that the first question is answered as fast as any other."""
        self._library.warm()

    def close(self) -> None:
        """Give the library back; another process may open it then."""
        self._library.close()

    def __enter__(self) -> Chatbot:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _refresh(self) -> None:
        """See what others changed in a library that is shared."""
        if self._library.refresh():
            self._quotations_of.cache_clear()

    def _writer(self, llm: str | BaseChatModel, record: Record) -> tuple[str, Write | None]:
        if llm == "extractive":
            return "extractive", None
        from app.llm.writer import writer

        model = self._model(llm)
        return model.name, writer(model, record)

    def _reads_for_itself(self, llm: str | BaseChatModel) -> bool:
        """Whether a model can be trusted to word freely and to tell what answers; a small one is wrong too often."""
        return llm != "extractive" and not self._model(llm).small

    def _standalone(self, question: str, history: Sequence[Turn], llm: str | BaseChatModel, record: Record) -> str:
        """Make a follow-up stand alone: by a model that is up to it, else, or where it fails, by rules."""
        if history and self._reads_for_itself(llm):
            from app.llm.writer import standalone_question

            with suppress(ModelError):
                return standalone_question(self._model(llm), question, history, record)
        return standalone(question, history, self._is_quoted)

    def _judge(self, exchanges: list[Exchange], name: str) -> Judge | None:
        """The judge of this name, whose exchanges with a language model join the others of an answer; None for ""."""
        kind, _, folder = name.partition(":")
        if not name:
            return None
        if kind == "nli":
            return self._entailment(Path(folder).expanduser())
        return by_model(self._model(name), exchanges.append)

    def _model(self, llm: str | BaseChatModel) -> Model:
        """Load a model once; a local one keeps its weights in memory."""
        from app.llm.models import load_model

        key = llm if isinstance(llm, str) else f"object {id(llm)}"
        if key not in self._models:
            self._models[key] = load_model(llm)
        return self._models[key]


def ask(question: str, library: str | Path | None = None, llm: str | BaseChatModel = "extractive") -> Answer:
    """Open a library, ask it one question and close it. library: None is the person's own."""
    with Chatbot(library, llm) as bot:
        return bot.ask(question)
