"""What the logs say of an exception: its kind and place, nothing that somebody typed or sent."""

from __future__ import annotations

import logging
import sys
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, connection
from django.utils.module_loading import import_string

from labsys.lib.logs import Formatter, kind

NAME = "Oda Unmistakable"


def logged(error: BaseException) -> str:
    try:
        raise error
    except BaseException:  # noqa: BLE001 - whatever it is
        record = logging.LogRecord(
            "labsys", logging.ERROR, __file__, 1, "it failed", (), sys.exc_info()
        )
    return Formatter("%(levelname)s %(message)s").format(record)


def test_neither_an_exception_nor_what_caused_it_repeats_what_was_typed() -> None:
    error = ValueError(f"{NAME} is no number")
    error.__cause__ = KeyError(NAME)
    error.add_note(NAME)

    text = logged(error)

    assert NAME not in text
    assert text.startswith("ERROR it failed\nTraceback")
    assert text.index("KeyError") < text.index("and then") < text.index("ValueError")
    assert f'File "{__file__}"' in text


@pytest.mark.django_db
def test_what_the_database_refuses_is_named_by_its_code() -> None:
    with pytest.raises(DatabaseError) as refused, connection.cursor() as cursor:
        cursor.execute("SELECT %s::date", [NAME])

    assert NAME in str(refused.value)
    text = logged(refused.value)
    assert NAME not in text
    assert "InvalidDatetimeFormat [22007]" in text


def test_an_error_of_the_system_keeps_its_code() -> None:
    assert kind(ConnectionRefusedError(111, NAME)) == "ConnectionRefusedError [ECONNREFUSED]"
    assert kind(OSError(NAME)) == "OSError"


def test_an_exception_that_caused_itself_ends() -> None:
    error, other = ValueError("a"), KeyError("b")
    error.__context__, other.__context__ = other, error

    assert logged(error).count("Traceback") == 2


def test_every_handler_formats_so() -> None:
    logging_: Any = settings.LOGGING
    handlers = logging_["handlers"].values()
    used = {logging_["formatters"][one["formatter"]]["()"] for one in handlers}

    assert {import_string(name) for name in used} == {Formatter}
