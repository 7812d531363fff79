"""A catalogue of profiles, searched exactly for those that share most with one."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assays.numerics.markers import key_of_factor
from assays.numerics.profiles import storage
from assays.numerics.profiles.frequencies import Frequencies, as_frequencies
from assays.numerics.profiles.profile import Profile, factors_of, name_of
from assays.numerics.profiles.questions import By, Found, Given, Note, Parts, Question, engine
from assays.numerics.profiles.segments import Members, Segment, build, lacking, merged
from assays.numerics.refusals import Unusable, listed, option, whole, yes_or_no
from labsys.lib.wording import cited
from labsys.lib.wording import gettext_noop as _

LONGEST_ID = 200
# Factors of all profiles of a segment that is built of others: what building it takes is bounded.
LARGEST = 1 << 22


class Catalogue:
    """Profiles by id, kept as one bit for each profile and factor.

    ``profiles``: id -> profile, or pairs of both; a profile is a ``Profile``, a mapping marker ->
    alleles, or plain names of factors. Ids are text of up to 200 bytes, each once. It does not
    change: ``append`` gives another that shares what this one holds. Memory, in bytes a profile:
    the factors that one in 64 profiles has / 8, 4 for each rarer factor, the longest id, and 4.
    Raises Unusable: ID, DUPLICATE_ID, and what a profile raises.
    """

    def __init__(self, profiles: Mapping[str, Given] | Iterable[tuple[str, Given]] = ()) -> None:
        self._factors: tuple[str, ...] = ()
        self._copies: NDArray[np.bool_] = np.empty(0, np.bool_)
        self._segments: tuple[Segment, ...] = ()
        self._numbers: dict[tuple[str, bool], int] = {}
        self._kept: storage.Kept | None = None
        self._add(profiles)

    @classmethod
    def from_arrays(
        cls,
        ids: Sequence[str] | NDArray[np.bytes_],
        factors: Sequence[str],
        members: NDArray[np.integer],
        offsets: NDArray[np.integer],
    ) -> Catalogue:
        """Build from arrays, for many: profile i has ``factors[j]`` for each j of
        ``members[offsets[i]:offsets[i + 1]]``. Second copies are not told so: a homozygote reads
        as one allele seen. Raises Unusable also for LENGTHS, among them two spellings of one factor.
        """
        made, table = cls(), _places(offsets, _("offsets")).astype(np.int64)
        members = _places(members, _("members"))
        ids = ids if isinstance(ids, np.ndarray) and ids.ndim == 1 else listed(ids, name=_("ids"))
        factors = [name_of(one) for one in listed(factors, name=_("factors"))]
        is_whole = table.size == len(ids) + 1 and not table[0] and table[-1] == len(members)
        if not is_whole or (np.diff(table) < 0).any():
            raise Unusable("LENGTHS", _("The offsets do not part the members into profiles."))
        if len(members) and not 0 <= int(members.min()) <= int(members.max()) < len(factors):
            raise Unusable("LENGTHS", _("There are members that are no factor."))
        made._name(factors, np.zeros(len(factors), dtype=np.bool_))
        made._append(_encoded(ids), Members(members, table))
        return made

    @classmethod
    def open(
        cls, folder: str | Path, *, source: str | None = None, verify: bool = True
    ) -> Catalogue:
        """Return a saved catalogue, its files mapped into memory that all workers share.

        ``source``: what it is to be made of (a version, a hash); another is refused. ``verify``
        reads every byte and compares the checksums. Raises Unusable: CATALOGUE_ABSENT,
        CATALOGUE_VERSION, CATALOGUE_DAMAGED, CATALOGUE_STALE: build it anew and save it.
        """
        kept = storage.opened(Path(folder), source=source, verify=verify)
        made = cls()
        made._name(kept.factors, np.asarray(kept.copies, dtype=np.bool_))
        made._segments, made._kept = kept.segments, kept
        return made

    def save(self, folder: str | Path, *, source: str = "") -> None:
        """Write into a folder; whoever has it open keeps what they have. One writer at a time.

        Segments of the folder that this was opened from are not written again, into another folder
        they are linked: appending costs what is new. Small segments are built into one as they come.
        """
        self._settle()
        self._kept = storage.saved(
            Path(folder), self._factors, self._copies.tolist(), self._segments, source, self._kept
        )

    def is_stale(self) -> bool:
        """Return whether the folder that this was opened from holds another catalogue by now."""
        return self._kept is not None and self._kept.is_stale()

    def append(self, profiles: Mapping[str, Given] | Iterable[tuple[str, Given]]) -> Catalogue:
        """Return a catalogue with more profiles; ids that are there already are refused."""
        made = Catalogue()
        made._factors, made._copies, made._segments = self._factors, self._copies, self._segments
        made._numbers, made._kept = dict(self._numbers), self._kept
        made._add(profiles)
        return made

    def without(self, ids: Iterable[str]) -> Catalogue:
        """Return a catalogue without these profiles; ids that are not in it are passed over.

        Segments that hold none of them are shared, the others are laid out anew. A factor that
        nobody has any more is as one that nobody ever had.
        """
        given = listed(ids, name=_("ids"))
        for one in given:
            if not isinstance(one, str):
                raise _unnamed(one, LONGEST_ID)
        names = np.array([one.encode(errors="replace") for one in given], dtype=np.bytes_)
        made = self.append(())
        if names.size:
            kinds = len(self._factors)
            cut = (lacking(part, names, kinds, is_copy=self._copies) for part in self._segments)
            made._segments = tuple(part for part in cut if part.count)
        return made

    def __len__(self) -> int:
        return sum(segment.count for segment in self._segments)

    def __contains__(self, given: object) -> bool:
        return isinstance(given, str) and self._place(given) is not None

    @property
    def nbytes(self) -> int:
        """Bytes of the arrays, in memory or mapped."""
        return sum(segment.nbytes() for segment in self._segments)

    def ids(self) -> Iterator[str]:
        """Yield every id in its order."""
        return (one.decode() for one in heapq.merge(*(part.ids for part in self._segments)))

    def profile(self, given: str) -> Profile:
        """Return what the catalogue holds of one id; a plain factor is a marker without more.

        Raises Unusable (code ID_UNKNOWN).
        """
        place = self._place(given) if isinstance(given, str) else None
        if place is None:
            raise Unusable("ID_UNKNOWN", _("%(id)s is not in the catalogue."), id=cited(given))
        return self._parts().profile(*place)

    def search(
        self,
        profile: Given,
        k: int = 10,
        *,
        by: By | str = By.JACCARD,
        frequencies: Frequencies | Mapping[str, Mapping[str, float]] | None = None,
        relation: str | Sequence[float] = "identity",
        theta: float = 0.0,
        compiled: bool | None = None,
    ) -> Found:
        """Return the k profiles most like one, exactly, best first; equal ones by id.

        By Jaccard (Tanimoto): factors shared over factors of either, 0 where neither has any. By
        "shared": the number of shared alleles, second copies counted. By "likelihood_ratio": its
        log10 for the relation, over the markers of both; needs frequencies and genotypes, reads
        every genotype and is slower; who has a mixture at a marker compared is no hit. Else there
        are min(k, n) hits; the last may share nothing. ``compiled``: True asks for numba, False for numpy alone, None
        takes numba where it can be imported; the hits are the same.
        Raises Unusable: K, OPTION, COMPILED, NOT_A_PROFILE, FREQUENCIES_NEEDED, and what probabilities raise.
        """
        if isinstance(k, bool) or not isinstance(k, int | np.integer) or k < 0:
            raise Unusable("K", _("Ask for 0 hits or more, not for %(k)s."), k=cited(k))
        chosen = option(By, by)
        if compiled is not None:
            compiled = yes_or_no(compiled, name="compiled")
        if not isinstance(profile, Profile | Mapping | str | bytes) and isinstance(
            profile, Iterable
        ):
            profile = list(profile)
        question = Question(self._parts(), profile, chosen)
        table = None if frequencies is None else as_frequencies(frequencies)
        if chosen is By.LIKELIHOOD_RATIO:
            best = question.likeliest(int(k), table, relation, theta)
        else:
            best = question.best(int(k), engine(compiled))
        hits = question.hits(best, table, relation, theta)
        told = {
            Note.EMPTY_QUERY: not question.held,
            Note.UNKNOWN_FACTORS: bool(question.unknown),
            Note.NOTHING_SHARED: any(not hit.shared for hit in hits),
            Note.CHANCE_FROM_CATALOGUE: bool(hits) and not question.is_by_markers(table),
        }
        return Found(
            hits=hits,
            by=chosen,
            searched=len(self),
            asked=len(question.held) + (len(question.copies) if chosen is By.SHARED else 0),
            unknown=question.unknown,
            relation=None if table is None else str(relation),
            notes=tuple(note for note, holds in told.items() if holds),
        )

    def _parts(self) -> Parts:
        return Parts(self._factors, self._numbers, self._segments)

    def _add(self, profiles: Mapping[str, Given] | Iterable[tuple[str, Given]]) -> None:
        ids, rows = [], []
        for one, given in _pairs(profiles):
            held, copies = factors_of(given)
            ids.append(one)
            rows.append([*((name, False) for name in held), *((name, True) for name in copies)])
        new = sorted({key for row in rows for key in row} - self._numbers.keys())
        names, doubles = [name for name, _is in new], [is_copy for _name, is_copy in new]
        self._name((*self._factors, *names), np.r_[self._copies, np.array(doubles, np.bool_)])
        if not ids:
            return
        members = np.array([self._numbers[key] for row in rows for key in row], dtype=np.int64)
        offsets = np.r_[0, np.cumsum([len(row) for row in rows])].astype(np.int64)
        self._append(_encoded(ids), Members(members, offsets))

    def _name(self, factors: Sequence[str], copies: NDArray[np.bool_]) -> None:
        self._factors, self._copies = tuple(map(key_of_factor, factors)), copies.astype(np.bool_)
        keys = zip(self._factors, self._copies.tolist(), strict=True)
        self._numbers = {key: number for number, key in enumerate(keys)}
        if len(self._numbers) != len(self._factors):
            raise Unusable("LENGTHS", _("A factor is named twice."))

    def _append(self, ids: NDArray[np.bytes_], members: Members) -> None:
        if not len(ids):
            return
        segment = build(ids, members, is_copy=self._copies)
        twice = np.flatnonzero(segment.ids[1:] == segment.ids[:-1])
        known = [
            one for part in self._segments for one in segment.ids[part.places(segment.ids) >= 0]
        ]
        for one in [*segment.ids[twice], *known]:
            raise Unusable("DUPLICATE_ID", _("%(id)s is there twice."), id=cited(one.decode()))
        self._segments = (*self._segments, segment)

    def _settle(self) -> None:
        """Build the newest segments into one, as many as are no larger than what comes after them.

        So each profile is laid out anew a few times, and few small segments are left beside large ones.
        """
        weights = [int(part.sizes.sum(dtype=np.int64)) for part in self._segments]
        first, weight = len(weights) - 1, sum(weights[-1:])
        while first > 0 and weights[first - 1] <= min(2 * weight, LARGEST - weight):
            first -= 1
            weight += weights[first]
        if first < len(weights) - 1:
            ids, members = merged(self._segments[first:], len(self._factors))
            one = build(ids, members, is_copy=self._copies)
            self._segments = (*self._segments[:first], one)

    def _place(self, given: str) -> tuple[Segment, int] | None:
        name = np.array([given.encode(errors="replace")])
        for segment in self._segments:
            (row,) = segment.places(name).tolist()
            if row >= 0:
                return segment, row
        return None


def _pairs(
    profiles: Mapping[str, Given] | Iterable[tuple[str, Given]],
) -> Iterator[tuple[str, Given]]:
    if isinstance(profiles, Mapping):
        yield from profiles.items()
        return
    for pair in profiles if isinstance(profiles, Iterable) else [profiles]:
        if not isinstance(pair, tuple | list) or len(pair) != 2:
            raise Unusable(
                "NOT_A_PROFILE",
                _("A catalogue is made of ids with their profiles, not of %(given)s."),
                given=cited(pair),
            )
        yield pair[0], pair[1]


def kept(catalogue: Catalogue, folder: str | Path, *, source: str) -> None:
    """Write a catalogue into a folder, for those who name what they write by what it is made of."""
    catalogue.save(folder, source=source)


def _places(given: NDArray[np.integer], name: str) -> NDArray[np.integer]:
    """Return an array of whole numbers; Unusable (NOT_A_NUMBER) for anything else."""
    if isinstance(given, np.ndarray) and given.ndim == 1 and given.dtype.kind in "iu":
        return given
    listing = given.tolist() if isinstance(given, np.ndarray) else given
    found = [whole(one, name=name) for one in listed(listing, name=name)]
    if any(not 0 <= one < 1 << 62 for one in found):
        raise Unusable("LENGTHS", _("The offsets do not part the members into profiles."))
    return np.array(found, dtype=np.int64)


def _encoded(ids: Sequence[str] | NDArray[np.bytes_]) -> NDArray[np.bytes_]:
    if isinstance(ids, np.ndarray) and ids.dtype.kind == "S":
        if len(ids) and (ids.dtype.itemsize > LONGEST_ID or (ids == b"").any()):
            raise _unnamed("", LONGEST_ID)
        return ids
    names = []
    for one in ids:
        name = one.encode(errors="replace") if isinstance(one, str) else b""
        if not 0 < len(name) <= LONGEST_ID or not one.isprintable():
            raise _unnamed(one, LONGEST_ID)
        names.append(name)
    return np.array(names, dtype=np.bytes_) if names else np.empty(0, dtype="S1")


def _unnamed(given: object, most: int) -> Unusable:
    return Unusable(
        "ID",
        _("%(given)s is no id: give text of up to %(most)d bytes."),
        given=cited(given),
        most=most,
    )
