"""How this app's rows get into the database: checked by field, claimed once, locked by person."""

from __future__ import annotations

import copy
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models
from django.utils.translation import gettext as _

from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, Refusal
from patients.models import CanonicalPerson, DeathRecord, Person

Row = TypeVar("Row", bound=models.Model)


def insert(row: Row) -> Row:
    """Check what was given for the row's own fields, then insert it.

    Raises InvalidInput that names the first field in error. Foreign keys are the database's.
    """
    links = {field.name for field in row._meta.concrete_fields if field.is_relation}
    try:
        row.clean_fields(exclude=links)
    except ValidationError as wrong:
        name, messages = next(iter(wrong.message_dict.items()))
        raise InvalidInput(messages[0], field=name) from wrong
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if isinstance(value, str):
            check_text(value, field=field.name)
    row.save(force_insert=True)
    return row


def record_death(person: Person, *, by: Principal, at: datetime) -> None:
    """Append what the entry says of a death now; called by whatever changes that."""
    stated = stated_in(person, ("deceased_on", "deceased_precision"))
    insert(DeathRecord(person=person, recorded_at=at, recorded_by=by, **stated))


def check_text(text: str, *, field: str) -> str:
    """Refuse characters that nobody types: they come from a broken interface."""
    for character in text:
        if unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\r\t":
            raise InvalidInput(
                _("The text holds a control character (U+%(code)04X); take it out.")
                % {"code": ord(character)},
                field=field,
            )
    return text


def required(text: str, *, field: str, what: str) -> str:
    """Return the text without surrounding blanks; refuse an empty one with the sentence given."""
    found = check_text(text, field=field).strip()
    if not found:
        raise InvalidInput(what, field=field)
    return found


@contextmanager
def claiming(refusals: Mapping[str, Refusal]) -> Iterator[None]:
    """Turn the violation of a named constraint into its refusal: of two racers, one hears it."""
    try:
        yield
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        if name not in refusals:
            raise
        # A copy: one that is raised again and again would keep the frames of every caller.
        raise copy.copy(refusals[name]) from error


def lock(*persons: Person) -> frozenset[int]:
    """Lock these entries with those they are read as, and return all entries of these persons.

    Taken in the order of ids, so that two actions never wait for each other. Whatever concerns a
    person as a whole (where they are, which entries are theirs) is decided under this lock.
    """
    asked = {person.pk for person in persons}
    heads = _heads(asked)
    rows = Person.objects.select_for_update(no_key=True).filter(pk__in=asked | heads)
    list(rows.order_by("pk").values_list("pk", flat=True))
    if _heads(asked) != heads:
        raise Conflict(_("The entries of this person were just linked or parted; try again."))
    entries = CanonicalPerson.objects.filter(canonical_id__in=heads)
    return frozenset(entries.values_list("person_id", flat=True)) | asked


def held(*persons: Person, at: datetime) -> tuple[frozenset[int], datetime]:
    """Lock as `lock` does, and return the entries with the moment from which an act is known.

    A door reads its `at` before the act waits for the lock. Whoever was let go meanwhile was let go
    without this fact: it is recorded as of the moment at which the lock was held. The lock keeps out
    every other act on these persons, but no row that merely refers to them: a recording never waits.
    """
    entries = lock(*persons)
    return entries, max(at, database_now())


def _heads(asked: set[int]) -> set[int]:
    rows = CanonicalPerson.objects.filter(person_id__in=asked)
    return set(rows.values_list("canonical_id", flat=True))


@contextmanager
def correcting(
    old: models.Model, *, by: Principal, at: datetime, action: str, reason: str
) -> Iterator[None]:
    """Open the transaction of a correction, which needs a reason; a row is corrected once."""
    why = required(reason, field="reason", what=_("Say why this is set right."))
    sentence = _("This row was corrected already; correct the correction instead.")
    twice = {f"{old._meta.db_table}_corrects_id_key": Conflict(sentence)}
    with claiming(twice), acting(by=by, at=at, action=action, reason=why):
        yield


def stated_in(row: models.Model, fields: Iterable[str]) -> dict[str, Any]:
    """Return what a row states, to be repeated by the row that takes it back."""
    return {field: getattr(row, field) for field in fields}
