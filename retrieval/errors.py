"""Every error that Onrecord raises on purpose; each message says what happened, to what, and what to do next.

OnrecordError
├── DocumentError           a document can't be read (missing, empty, binary, encrypted, too large, …)
├── LibraryError            a library can't be opened or written
│   ├── LibraryBusyError    another process holds it
│   ├── EmbedderMismatchError   it was built with another embedder
│   └── ServerError         the server that holds it can't be reached or used
├── WeightsError            the embedder's or a local model's weights are missing or not the ones expected
├── EmbedderError           another embedder or a reranker is unknown, not installed, unreachable or refused
├── QuestionError           a question is empty or too long
├── EvaluationError         a file of questions to evaluate can't be read
├── AnswerError             a stored answer can't be read, or is none
└── ModelError              a language model can't be found, reached or used
"""


class OnrecordError(Exception):
    """Base of every error whose message is written for the person at the keyboard."""


class DocumentError(OnrecordError):
    """A document can't be read; the message names it and says why."""


class LibraryError(OnrecordError):
    """A library can't be opened or written."""


class LibraryBusyError(LibraryError):
    """Another process has the library open."""


class EmbedderMismatchError(LibraryError):
    """The library was built with another embedder."""


class ServerError(LibraryError):
    """The server that holds the library can't be reached or used, now at least."""


class WeightsError(OnrecordError):
    """Model weights are missing or fail their hash check."""


class EmbedderError(OnrecordError):
    """An embedder or a reranker is unknown, not installed, unreachable or refused the request."""


class QuestionError(OnrecordError):
    """A question is empty or too long."""


class EvaluationError(OnrecordError):
    """A file of questions to evaluate can't be read; the message names it and the line."""


class AnswerError(OnrecordError):
    """A stored answer can't be read, or is none."""


class ModelError(OnrecordError):
    """A language model is unknown, not installed, unreachable or refused the request."""
