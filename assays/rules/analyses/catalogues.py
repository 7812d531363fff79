"""The catalogue of profiles in folders, each as it stood at one row: made a step at a time, and mapped.

Rows are only ever appended, and each names the one it corrects or withdraws. So a catalogue is made of
an earlier one by what was recorded since: profiles that are new, without those that stand no longer.
A folder never changes once it has its name, which says of what it is made; it is written under another
name first. Whoever has it mapped keeps it, though it is removed.

Called in the process that computes: it is handed rows, and opens nothing but these folders.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assays.numerics.profiles import Catalogue

Counts = dict[str, dict[str, int]]
COUNTS = "counts.json"
# How many are kept besides the newest: those that were asked of last.
KEPT = 4
# A draft that is so much older than a new one, by the same file system, is of a process that died.
ABANDONED_SECONDS = 600.0
_NAME = re.compile(r"(\d{1,18})-(\d{1,18})-([0-9a-f]{64})")


class Gone(Exception):
    """The folder is not there, or not whole any more; it has to be made again."""


@dataclass(frozen=True, slots=True, order=True)
class State:
    """Of what a catalogue is made: the rows up to ``until``, as they stood at the row ``at``.

    ``chain`` digests that row with all before it. Whole where both are one; with fewer rows it is on
    the way there.
    """

    until: int
    at: int
    chain: str

    @property
    def name(self) -> str:
        return f"{self.at}-{self.until}-{self.chain}"

    @property
    def is_whole(self) -> bool:
        return self.until == self.at

    @classmethod
    def named(cls, name: str) -> State | None:
        """Return what the name of a folder says; None where it is no catalogue's."""
        found = _NAME.fullmatch(name)
        return None if found is None else cls(int(found[2]), int(found[1]), found[3])


@dataclass(frozen=True, slots=True)
class Opened:
    """A catalogue; ``counts``: marker -> allele -> copies, of the profiles with two alleles there."""

    path: Path
    catalogue: Catalogue
    counts: Counts


_held: dict[Path, Opened] = {}


def mapped(path: Path) -> Opened:
    """Map a catalogue and check it whole; raises `Gone`, and removes what is damaged."""
    from assays.numerics.profiles import Catalogue
    from assays.numerics.refusals import Unusable

    found = _held.get(path)
    if found is None:
        try:
            counts = json.loads((path / COUNTS).read_bytes())["counts"]
            found = Opened(path, Catalogue.open(path, source=path.name), counts)
        except (Unusable, OSError, ValueError, KeyError, TypeError) as error:
            shutil.rmtree(path, ignore_errors=True)
            raise Gone(f"{path.name}: {error}") from error
        _held.clear()
        _held[path] = found
    _touch(path)
    return found


def made(folder: Path, before: str, after: str, attachments: Sequence[bytes]) -> None:
    """Make a catalogue of an earlier one (none where it is ""): profiles new, and those that are gone.

    ``attachments``: both as JSON, [id, markers] of each. Raises `Gone` where the earlier one is.
    """
    from assays.numerics.profiles import Catalogue, Profile

    if (folder / after).is_dir():
        return
    new, gone = (json.loads(one) for one in attachments)
    counts: Counts = {}
    catalogue = Catalogue()
    if before:
        found = mapped(folder / before)
        catalogue, counts = found.catalogue, {m: dict(own) for m, own in found.counts.items()}
    gone = [(id_, markers) for id_, markers in gone if id_ in catalogue]
    for given, sign in ((gone, -1), (new, 1)):
        for _id, markers in given:
            _count(counts, markers, sign)
    catalogue = catalogue.without(id_ for id_, _markers in gone)
    catalogue = catalogue.append((id_, Profile(markers)) for id_, markers in new)
    _kept(folder, after, catalogue, counts)
    _tidy(folder, before, after)


def _count(counts: Counts, markers: Mapping[str, Sequence[str]], sign: int) -> None:
    """Count the alleles of markers where two were read; what nobody has is not named.

    A marker is counted under its one name, however a profile spells it.
    """
    from assays.numerics.markers import key_of

    for marker, alleles in markers.items():
        if len(alleles) != 2:
            continue
        own = counts.setdefault(key_of(marker), {})
        for allele in alleles:
            own[allele] = own.get(allele, 0) + sign
            if not own[allele]:
                del own[allele]
        if not own:
            del counts[key_of(marker)]


def _kept(folder: Path, name: str, catalogue: Catalogue, counts: Counts) -> None:
    """Write a catalogue, and give it its name when all of it is on the disk."""
    from assays.numerics.profiles.catalogue import kept

    folder.mkdir(parents=True, exist_ok=True)
    draft = Path(mkdtemp(prefix=".draft-", dir=folder))
    try:
        (draft / COUNTS).write_text(json.dumps({"counts": counts}))
        kept(catalogue, draft, source=name)
        try:
            draft.replace(folder / name)
        except OSError:
            if not (folder / name).is_dir():  # another process was as fast: the same is there
                raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _tidy(folder: Path, before: str, after: str) -> None:
    """Remove what this one took the place of, all but the last used, and what was left half written."""
    own = _modified(folder / after)
    state = State.named(before)
    if state is not None and not state.is_whole:
        shutil.rmtree(folder / before, ignore_errors=True)
    used = []
    for path in folder.iterdir():
        if not path.is_dir():
            path.unlink(missing_ok=True)
        elif State.named(path.name) is None:
            if _modified(path) < own - ABANDONED_SECONDS:
                shutil.rmtree(path, ignore_errors=True)
        elif path.name != after:
            used.append((_modified(path), path))
    for _at, path in sorted(used, reverse=True)[KEPT:]:
        shutil.rmtree(path, ignore_errors=True)


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _touch(path: Path) -> None:
    try:
        os.utime(path)
    except OSError:
        pass  # removed meanwhile, or of another owner: what is mapped stays
