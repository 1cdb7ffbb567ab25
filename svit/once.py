"""Questions whose answer stands for as long as one piece of work takes, so that they are asked once.

Who is on call is the same for each of two hundred rows that one sweep looks at in one transaction. Outside a
`working()` block nothing is remembered.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, TypeVar

Asked = TypeVar("Asked", bound=Callable[..., Any])
EachAsked = TypeVar("EachAsked", bound=Callable[..., dict[Any, Any]])

_answers: ContextVar[dict[tuple[Any, ...], Any] | None] = ContextVar("svit_answers", default=None)


@contextmanager
def working() -> Iterator[None]:
    """Within this block, and in this thread alone, what is marked is asked once."""
    token = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(token)


def once(function: Asked) -> Asked:
    """Mark a question, asked with positional arguments that may be keys of a dictionary: rows may."""

    @wraps(function)
    def ask(*given: Any) -> Any:
        answers = _answers.get()
        if answers is None:
            return function(*given)
        key = (function, *given)
        if key not in answers:
            answers[key] = function(*given)
        return answers[key]

    return ask  # type: ignore[return-value]


def once_each(function: EachAsked) -> EachAsked:
    """Mark `(keys, *given) -> {key: answer}`, which leaves out a key without an answer: each key is asked once.

    Whoever asks about all keys together first has them answered together.
    """

    @wraps(function)
    def ask(keys: Collection[Any], *given: Any) -> dict[Any, Any]:
        answers = _answers.get()
        if answers is None:
            return function(keys, *given)
        known, found = answers.setdefault((function, *given), (set(), {}))
        if new := {*keys} - known:
            found |= function(new, *given)
            known |= new
        return {key: found[key] for key in keys if key in found}

    return ask  # type: ignore[return-value]
