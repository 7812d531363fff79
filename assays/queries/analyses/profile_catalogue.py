"""The catalogue of profiles that a worker searches: mapped from a folder, made from the database.

A question names the row that was newest when it was asked, by its position and its chain (the digest
of that row with all before it). The folder says of which row its catalogue is made; another is never
searched. Where the folder is behind, what is new is appended; where something of it was corrected,
where it is of another database, damaged or absent, it is built anew; where it is ahead (a question
is repeated), a catalogue as it was then is built in memory. One process of a machine writes at a time.

It computes with numpy, so workers alone call `opened`; `newest` and `rows` need none of it.
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import QuerySet

from assays.models import NaniteProfile
from labsys.lib.wording import Refused
from labsys.lib.wording import gettext_noop as _

if TYPE_CHECKING:
    from assays.numerics.profiles import Catalogue

AT_ONCE = 20_000
COUNTS = "counts.json"
Json = Mapping[str, Any]
Counts = dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True)
class Opened:
    """A catalogue as it stood at one row; ``counts``: marker -> allele -> copies, where two were read.

    ``how``: "held", "mapped", "appended", "built" or "built_in_memory".
    """

    source: str
    catalogue: Catalogue
    counts: Counts
    how: str


_held: dict[str, Opened] = {}


def newest() -> dict[str, Any] | None:
    """Return the position and chain of the newest row; None where there is none."""
    return NaniteProfile.objects.order_by("-position").values("position", "chain").first()


def standing_at(position: int) -> QuerySet[NaniteProfile]:
    """Return the profiles that stood once the row at a position was recorded."""
    rows: QuerySet[NaniteProfile] = NaniteProfile.objects.filter(
        position__lte=position, is_withdrawal=False
    ).exclude(corrected_by__position__lte=position)
    return rows


def rows(*, at: int, after: int = 0, until: int | None = None) -> Iterator[tuple[str, Json]]:
    """Yield id and content of the profiles that stood at a position, within a stretch of rows."""
    found = standing_at(at).filter(position__gt=after, position__lte=at if until is None else until)
    values = found.order_by("position").values_list("uid", "content")
    for uid, content in values.iterator(chunk_size=2_000):
        yield str(uid), content


def stretch(given: Json) -> Iterator[tuple[str, Json]]:
    """Yield the profiles of one stretch of the catalogue as it stood at the row that a part names."""
    wanted = given["catalogue"]
    _check_known(wanted)
    return rows(at=wanted["position"], after=given["after"], until=given["until"])


def opened(wanted: Json) -> Opened:
    """Return the catalogue as it stood at the row with this position and chain."""
    position, source = int(wanted["position"]), f"{wanted['position']}:{wanted['chain']}"
    if source in _held:
        return _held[source]
    _check_known(wanted)
    folder = Path(settings.VAR_DIR) / "profile-catalogue"
    found = _mapped(folder, source)
    if found is None:
        with _writing(folder):
            found = _mapped(folder, source) or _made(folder, position, source)
    _held.clear()
    _held[source] = found
    return found


def _check_known(wanted: Json) -> None:
    rows = NaniteProfile.objects.filter(position=wanted["position"], chain=wanted["chain"])
    if not rows.exists():
        raise Refused(
            "CATALOGUE_UNKNOWN",
            _("The catalogue that this was asked of is not in this database."),
        )


def _mapped(folder: Path, source: str) -> Opened | None:
    """Map what the folder holds, where it is made of this row and is whole."""
    from assays.numerics.profiles import Catalogue
    from assays.numerics.refusals import Unusable

    try:
        catalogue = Catalogue.open(folder, source=source)
    except Unusable:
        return None
    counts = _kept_counts(folder, source)
    return None if counts is None else Opened(source, catalogue, counts, "mapped")


def _made(folder: Path, position: int, source: str) -> Opened:
    """Append to what the folder holds, or build; nothing newer in the folder is replaced."""
    from assays.numerics.profiles import Catalogue
    from assays.numerics.profiles.catalogue import kept

    before = _behind(folder, position)
    if before is not None:
        at, catalogue, counts = before
        made = _grown(catalogue, counts, at=position, after=at)
        how = "appended"
    else:
        made, how = _grown(Catalogue(), {}, at=position, after=0), "built"
    catalogue, counts = made
    if how == "built" and _is_ahead(folder, position):
        return Opened(source, catalogue, counts, "built_in_memory")
    # The counts first: a catalogue whose counts are of another row is not taken.
    _keep_counts(folder, source, counts)
    kept(catalogue, folder, source=source)
    return Opened(source, catalogue, counts, how)


def _behind(folder: Path, position: int) -> tuple[int, Catalogue, Counts] | None:
    """Return what the folder holds if it is of an earlier row of which nothing was corrected since."""
    from assays.numerics.profiles import Catalogue
    from assays.numerics.refusals import Unusable

    kept = _kept(folder)
    if kept is None:
        return None
    source, counts = kept
    at = int(source.partition(":")[0])
    is_of_here = NaniteProfile.objects.filter(position=at, chain=source.partition(":")[2]).exists()
    since = NaniteProfile.objects.filter(position__gt=at, position__lte=position)
    if at >= position or not is_of_here or since.filter(corrects__position__lte=at).exists():
        return None
    try:
        return at, Catalogue.open(folder, source=source), counts
    except Unusable:
        return None


def _is_ahead(folder: Path, position: int) -> bool:
    kept = _kept(folder)
    if kept is None:
        return False
    at, _colon, chain = kept[0].partition(":")
    rows = NaniteProfile.objects.filter(position=int(at), chain=chain)
    return int(at) > position and rows.exists()


def _grown(
    catalogue: Catalogue, counts: Counts, *, at: int, after: int
) -> tuple[Catalogue, Counts]:
    """Return a catalogue with the rows after a position, and the alleles counted."""
    from assays.numerics.profiles import Profile

    counts = {marker: dict(found) for marker, found in counts.items()}
    waiting: list[tuple[str, Profile]] = []
    for uid, content in rows(at=at, after=after):
        waiting.append((uid, Profile(content["markers"])))
        for marker, alleles in content["markers"].items():
            if len(alleles) == 2:
                own = counts.setdefault(marker, {})
                for allele in alleles:
                    own[allele] = own.get(allele, 0) + 1
        if len(waiting) >= AT_ONCE:
            catalogue, waiting = catalogue.append(waiting), []
    return catalogue.append(waiting), counts


def _kept(folder: Path) -> tuple[str, Counts] | None:
    try:
        body = json.loads((folder / COUNTS).read_bytes())
        at, _colon, chain = body["source"].partition(":")
        return (body["source"], body["counts"]) if at.isdigit() and chain else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _kept_counts(folder: Path, source: str) -> Counts | None:
    kept = _kept(folder)
    return kept[1] if kept is not None and kept[0] == source else None


def _keep_counts(folder: Path, source: str, counts: Counts) -> None:
    draft = folder / f".{COUNTS}.part"
    draft.write_text(json.dumps({"source": source, "counts": counts}))
    draft.replace(folder / COUNTS)


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
