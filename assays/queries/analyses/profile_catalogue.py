"""The catalogue of profiles as the database has it: which it is now, its rows, and the next step to it.

A question names the row that was newest when it was asked, by its position and its chain (the digest
of that row with all before it). A worker searches a folder that is named after just that row; how such
folders come about is in `assays.rules.analyses.catalogues`. Here is read what the next step needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet, TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from assays.models import NaniteProfile
from assays.rules.analyses.catalogues import State
from labsys.lib.wording import Refused
from labsys.lib.wording import gettext_noop as _

# What one step takes in at most, so that it takes seconds and bounded memory.
MOST_NEW, MOST_GONE, MOST_BYTES = 10_000, 5_000, 8 << 20
Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """From one catalogue (none where it is "") to the next: what is new and what is gone, as JSON."""

    folder: Path
    before: str
    after: str
    new: bytes
    gone: bytes


def newest() -> dict[str, Any] | None:
    """Return the position and chain of the newest row; None where there is none."""
    return NaniteProfile.objects.order_by("-position").values("position", "chain").first()


def folder_of(wanted: Json) -> Path:
    """Return the folder of the catalogue as it stood at a row, whether it is there or not."""
    return _folder() / _whole(wanted).name


def step(wanted: Json) -> Step | None:
    """Return the next step to the catalogue as it stood at a row; None where it is there.

    It begins with the folder that holds most of its rows and nothing newer.
    """
    _check_known(wanted)
    target = _whole(wanted)
    if (_folder() / target.name).is_dir():
        return None
    before = _nearest(target)
    begun = before or State(0, 0, "")
    at, gone = _gone(begun, target.at)
    until, new = _new(at=at, after=begun.until)
    chain = NaniteProfile.objects.values_list("chain", flat=True).get(position=at)
    after = State(until, at, chain)
    return Step(_folder(), "" if before is None else before.name, after.name, new, gone)


def stretch(given: Json) -> bytes:
    """Return [id, content] of one stretch of the catalogue as it stood at the row that a part names."""
    wanted = given["catalogue"]
    _check_known(wanted)
    rows = _standing_at(wanted["position"]).filter(
        position__gt=given["after"], position__lte=given["until"]
    )
    texts = rows.order_by("position").values_list("uid", Cast("content", TextField()))
    return _as_json(texts)


def _folder() -> Path:
    return Path(settings.VAR_DIR).absolute() / "profile-catalogue"


def _whole(wanted: Json) -> State:
    position = int(wanted["position"])
    return State(position, position, str(wanted["chain"]))


def _standing_at(position: int) -> QuerySet[NaniteProfile]:
    """Return the profiles that stood once the row at a position was recorded."""
    rows: QuerySet[NaniteProfile] = NaniteProfile.objects.filter(
        position__lte=position, is_withdrawal=False
    ).exclude(corrected_by__position__lte=position)
    return rows


def _check_known(wanted: Json) -> None:
    rows = NaniteProfile.objects.filter(position=wanted["position"], chain=wanted["chain"])
    if not rows.exists():
        raise Refused(
            "CATALOGUE_UNKNOWN",
            _("The catalogue that this was asked of is not in this database."),
        )


def _nearest(target: State) -> State | None:
    """Return the folder to go on from: of this database, of no later row, with the most rows in it."""
    if not _folder().is_dir():
        return None
    named = (State.named(path.name) for path in _folder().iterdir())
    found = [one for one in named if one is not None and one.at <= target.at]
    rows = NaniteProfile.objects.filter(position__in=[one.at for one in found])
    chains = dict(rows.values_list("position", "chain"))
    return max((one for one in found if chains.get(one.at) == one.chain), default=None)


def _gone(begun: State, wanted: int) -> tuple[int, bytes]:
    """Return what stands no longer of a catalogue, and as of which row: the one wanted, if not too many."""
    rows = NaniteProfile.objects.filter(
        position__gt=begun.at,
        position__lte=wanted,
        corrects__position__lte=begun.until,
        corrects__is_withdrawal=False,
    )
    texts = rows.order_by("position").values_list(
        "position", "corrects__uid", KeyTextTransform("markers", "corrects__content")
    )
    taken: list[tuple[int, Any, str]] = []
    size = 0
    for position, uid, text in texts[: MOST_GONE + 1].iterator(chunk_size=1_000):
        if taken and (len(taken) == MOST_GONE or size >= MOST_BYTES):
            return taken[-1][0], _as_json(one[1:] for one in taken)
        taken.append((position, uid, text))
        size += len(text)
    return wanted, _as_json(one[1:] for one in taken)


def _new(*, at: int, after: int) -> tuple[int, bytes]:
    """Return the profiles after a row that stood at another, and up to which row they are."""
    rows = _standing_at(at).filter(position__gt=after).order_by("position")
    taken: list[tuple[int, Any, str]] = []
    size = 0
    texts = rows.values_list("position", "uid", KeyTextTransform("markers", "content"))
    for position, uid, text in texts[: MOST_NEW + 1].iterator(chunk_size=1_000):
        if taken and (len(taken) == MOST_NEW or size >= MOST_BYTES):
            return taken[-1][0], _as_json(one[1:] for one in taken)
        taken.append((position, uid, text))
        size += len(text)
    return at, _as_json(one[1:] for one in taken)


def _as_json(texts: Iterable[Any]) -> bytes:
    return ("[" + ",".join(_pairs(texts)) + "]").encode()


def _pairs(texts: Iterable[Any]) -> Iterator[str]:
    """Put the database's own JSON beside each id: it is not read and written again on the way."""
    for uid, text in texts:
        yield f'["{uid}",{text}]'
