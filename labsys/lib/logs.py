"""What the logs say of an exception: its kind and where it arose, never what it says.

The text of an exception may repeat what was typed or sent: a name, a value, a whole message. Logs are
read, copied and kept by others than those who may see that. What failed is named with its text where
only they can read it (`last_error` of a work item).
"""

from __future__ import annotations

import errno
import logging
import traceback
from collections.abc import Iterator
from types import TracebackType

_Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Formatter(logging.Formatter):
    """Formats a record as any other does, its exception without its words."""

    def formatException(self, ei: _Raised) -> str:  # noqa: N802 - the library's name
        blocks = [
            "Traceback (most recent call last):\n"
            + "".join(traceback.format_tb(error.__traceback__))
            + kind(error)
            for error in reversed(list(_chain(ei[1])))
        ]
        return "\n\nand then\n\n".join(blocks)


def kind(error: BaseException) -> str:
    """Return an exception's type, with the code of PostgreSQL or of the operating system."""
    named = type(error)
    name = named.__qualname__
    if named.__module__ != "builtins":
        name = f"{named.__module__}.{name}"
    code = getattr(error, "sqlstate", None)
    if isinstance(error, OSError) and error.errno is not None:
        code = errno.errorcode.get(error.errno, str(error.errno))
    return f"{name} [{code}]" if code else name


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        if error.__cause__ is not None or error.__suppress_context__:
            error = error.__cause__
        else:
            error = error.__context__
