"""From plain JSON values back to the frozen dataclasses they came from, with an error that says what doesn't fit."""

from __future__ import annotations

from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from retrieval.errors import AnswerError

_NAMES = {str: "text", int: "a whole number", float: "a number", bool: "true or false", NoneType: "null"}


def decode(kind: Any, value: object, at: str) -> Any:  # noqa: ANN401 - as many types as a dataclass may hold
    """Read a JSON value as a type: a dataclass, tuple, Literal, union, str, int, float, bool or None.

    Members that a dataclass doesn't know are passed over, since an answer only grows; those it lacks take its default.
    at: where the value stands, for the error. Raises AnswerError.
    """
    origin = get_origin(kind)
    if is_dataclass(kind) and isinstance(kind, type):
        return _dataclass(kind, value, at)
    if origin in (Union, UnionType):
        return _union(get_args(kind), value, at)
    if origin is tuple:
        if not isinstance(value, list):
            raise AnswerError(f"{at} must be a list, and it is {_shown(value)}.")
        kinds = get_args(kind)
        kinds = (kinds[0],) * len(value) if kinds[-1] is Ellipsis else kinds
        if len(kinds) != len(value):
            raise AnswerError(f"{at} must be a list of {len(kinds)}, and it is one of {len(value)}.")
        return tuple(decode(one, item, f"{at}[{n}]") for n, (one, item) in enumerate(zip(kinds, value, strict=True)))
    if origin is Literal:
        if isinstance(value, str) and value in get_args(kind):
            return value
        raise AnswerError(f"{at} must be one of {', '.join(get_args(kind))}, and it is {_shown(value)}.")
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is not kind:
        raise AnswerError(f"{at} must be {_NAMES[kind]}, and it is {_shown(value)}.")
    return value


def _union(kinds: tuple[Any, ...], value: object, at: str) -> Any:  # noqa: ANN401
    if value is None and NoneType in kinds:
        return None
    rest = [kind for kind in kinds if kind is not NoneType]
    for kind in rest[:-1]:
        try:
            return decode(kind, value, at)
        except AnswerError:
            continue
    return decode(rest[-1], value, at)


def _dataclass(kind: type, value: object, at: str) -> Any:  # noqa: ANN401
    if not isinstance(value, dict):
        raise AnswerError(f"{at} must be an object, and it is {_shown(value)}.")
    given = {}
    hints = _hints(kind)
    for one in fields(kind):
        if one.name in value:
            given[one.name] = decode(hints[one.name], value[one.name], f"{at}.{one.name}")
        elif one.default is MISSING and one.default_factory is MISSING:
            raise AnswerError(f"{at} has no {one.name!r}.")
    return kind(**given)


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _shown(value: object) -> str:
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    shown = "null" if value is None else str(value).lower() if isinstance(value, bool) else repr(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}…"
