"""Types of nanites and what is said of them: how well a statement is supported, and what it needs.

A type is told apart by what was found of it; what it *does* is a statement that somebody makes, with
a grade on one short scale and the released values and profiles on which it rests. The grade bounds the sources:
nothing is called established that was seen once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from labsys.lib.wording import Refused
from labsys.lib.wording import gettext_noop as _

LONGEST_NAME = 80
LONGEST_STATEMENT = 500
MOST_SOURCES = 50
_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{1,15}")


class Evidence(StrEnum):
    """How well a function is supported, the strongest first.

    ESTABLISHED: compared with a control and found again independently. SUPPORTED: found in several
    hosts, or in one against a control. OBSERVED: seen, without anything to compare it with.
    CONJECTURED: concluded from likeness or from how it is built, and not seen.
    """

    ESTABLISHED = "ESTABLISHED"
    SUPPORTED = "SUPPORTED"
    OBSERVED = "OBSERVED"
    CONJECTURED = "CONJECTURED"


# How many released values or profiles a statement of each grade names at least.
LEAST_SOURCES: Mapping[Evidence, int] = {
    Evidence.ESTABLISHED: 2,
    Evidence.SUPPORTED: 1,
    Evidence.OBSERVED: 1,
    Evidence.CONJECTURED: 0,
}


class TypeRefused(Refused):
    """A type, a name or a statement that cannot be recorded as it was given."""

    def __init__(self, code: str, message: str, field: str, **params: object) -> None:
        super().__init__(code, message, **params)
        self.field = field


def check_code(text: str) -> str:
    """Return the code of a type, in capitals: it stays while the working name changes."""
    code = text.strip().upper()
    if not _CODE.fullmatch(code):
        raise TypeRefused(
            "TYPE_CODE",
            _("A code is 2 to 16 capital letters, digits and hyphens, as in NT-7."),
            "code",
        )
    return code


def check_name(text: str) -> str:
    """Return a working name without idle blanks."""
    name = " ".join(text.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise TypeRefused(
            "TYPE_NAME",
            _("A working name has 1 to %(most)d characters."),
            "name",
            most=LONGEST_NAME,
        )
    return name


def check_statement(text: str) -> str:
    """Return what is said of a type, in one sentence or two."""
    statement = " ".join(text.split())
    if not statement or len(statement) > LONGEST_STATEMENT or not statement.isprintable():
        raise TypeRefused(
            "STATEMENT",
            _("Say what the type does, in at most %(most)d characters."),
            "statement",
            most=LONGEST_STATEMENT,
        )
    return statement


def check_evidence(grade: str, *, sources: int, basis: str) -> Evidence:
    """Return the grade of a statement that names so many sources, and says on what it rests."""
    if grade not in Evidence.__members__:
        raise TypeRefused(
            "GRADE", _("The grade is one of %(grades)s."), "grade", grades=", ".join(Evidence)
        )
    found = Evidence(grade)
    if not basis.strip():
        raise TypeRefused(
            "BASIS", _("Say what was compared or seen, so that others can judge it."), "basis"
        )
    if sources > MOST_SOURCES:
        raise TypeRefused(
            "MANY_SOURCES",
            _("Name at most %(most)d sources; say the rest in words."),
            "sources",
            most=MOST_SOURCES,
        )
    if sources < LEAST_SOURCES[found]:
        raise TypeRefused(
            "FEW_SOURCES",
            _("%(grade)s needs %(least)d sources at least; %(given)d are named."),
            "sources",
            grade=found.value,
            least=LEAST_SOURCES[found],
            given=sources,
        )
    return found
