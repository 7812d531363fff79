"""What two entries say, field by field, and by a word whether they say the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.models import PersonName, Sex
from patients.queries.duplicate_pairs import Pair, Side
from patients.rules import alikeness
from patients.templatetags.registry import born, died

Texts = tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """One field of both entries; `state` is same, differs, one (only one says it) or empty."""

    label: Any
    cells: tuple[Texts, Texts]
    state: str


def rows(pair: Pair) -> list[Row]:
    """Return every field of both entries, those that nobody says too."""
    return [_row(label, pair, read, is_own) for label, read, is_own in FIELDS]


def moment(when: datetime) -> str:
    return date_format(localtime(when), "j M Y H:i")


def _row(label: Any, pair: Pair, read: Callable[[Side], Texts], is_compared: bool) -> Row:
    one, other = (read(side) for side in pair.sides)
    state = ""
    if is_compared and (one or other):
        state = (
            "one" if not (one and other) else "same" if _plain(one) == _plain(other) else "differs"
        )
    return Row(label, (one, other), state)


def _plain(texts: Texts) -> list[str]:
    return sorted(" ".join(alikeness.words(text)) for text in texts)


def _names(side: Side) -> Texts:
    return tuple(_named(one) for one in side.names)


def _named(name: PersonName) -> str:
    if name.use == PersonName.Use.OFFICIAL:
        return str(name)
    return _("%(name)s (%(use)s)") % {"name": name, "use": name.get_use_display()}


def _of(text: Any) -> Texts:
    return (str(text),) if text else ()


def _mark(side: Side) -> Texts:
    return _of(side.person.placeholder)


def _species(side: Side) -> Texts:
    return _of(side.person.species.name)


def _sex(side: Side) -> Texts:
    return _of(side.person.get_sex_display() if side.person.sex != Sex.UNKNOWN else "")


def _born(side: Side) -> Texts:
    return _of(born(side.person) if side.person.birth_date else "")


def _died(side: Side) -> Texts:
    return _of(died(side.person))


def _identifiers(side: Side) -> Texts:
    return tuple(str(one) for one in side.identifiers)


def _identity(side: Side) -> Texts:
    found = side.identity
    if found is None:
        return ()
    return (str(found.get_status_display()), f"{found.basis}, {moment(found.happened_at)}")


def _stay(side: Side) -> Texts:
    return _of(side.stay and f"{side.stay.location.name}, {moment(side.stay.started_at)}")


def _quarantine(side: Side) -> Texts:
    found = side.quarantine
    return _of(found and f"{found.get_kind_display()}, {moment(found.starts_at)}")


def _kin(side: Side) -> Texts:
    return tuple(f"{one.get_relation_display()}: {one.name or one.other_id}" for one in side.kin)


def _login(side: Side) -> Texts:
    return _of(_("yes") if side.has_login else "")


def _registered(side: Side) -> Texts:
    return _of(moment(side.person.recorded_at))


def _read_as(side: Side) -> Texts:
    return _of(side.head.mrn if side.is_linked else "")


# Each with how it is read, and whether the same text speaks for one person.
FIELDS: tuple[tuple[Any, Callable[[Side], Texts], bool], ...] = (
    (gettext_lazy("Names"), _names, True),
    (gettext_lazy("Told apart by"), _mark, True),
    (gettext_lazy("Born"), _born, True),
    (gettext_lazy("Sex"), _sex, True),
    (gettext_lazy("Species"), _species, True),
    (gettext_lazy("Deceased"), _died, True),
    (gettext_lazy("Identifiers"), _identifiers, True),
    (gettext_lazy("Identity checked"), _identity, False),
    (gettext_lazy("In a ward now"), _stay, True),
    (gettext_lazy("In quarantine now"), _quarantine, False),
    (gettext_lazy("Kin"), _kin, False),
    (gettext_lazy("Own login"), _login, False),
    (gettext_lazy("Registered"), _registered, False),
    (gettext_lazy("Read as"), _read_as, False),
)
