"""How often the alleles of each marker are in a population, and what is said of rare ones."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType

from assays.numerics.markers import key_of
from assays.numerics.profiles.profile import Profile, as_profile, check_markers, marker_of, name_of
from assays.numerics.refusals import Unusable, is_number, is_within, listed, whole
from labsys.lib.wording import cited
from labsys.lib.wording import gettext_noop as _

# Tables are printed with few digits: their sums are not exactly 1.
SUM_SLACK = 0.02
# Below this no table of people says anything, and products of four would vanish.
LEAST_FREQUENCY = 1e-30
# Five copies: the least number of an allele on which a frequency rests (National Research Council,
# The Evaluation of Forensic DNA Evidence, 1996, p. 148, recommends five of 2N).
LEAST_COPIES = 5
MOST = 1_000_000  # alleles drawn before one


@dataclass(frozen=True, slots=True)
class Frequencies:
    """Allele frequencies by marker: marker -> allele -> share of all alleles.

    ``people``: how many people a table rests on (2N alleles), one number or one by marker; it gives
    rare and unseen alleles the least frequency 5/2N. ``minimum``: such a least frequency itself.
    With neither, the table is taken as it is and an allele that it lacks is refused. Markers are
    looked up without case (``assays.numerics.markers``).
    Raises Unusable: NO_FREQUENCIES, FREQUENCY (not within 0 and 1, above 0), FREQUENCY_SUM (more
    than 1.02 at a marker), PEOPLE, MINIMUM.
    """

    table: Mapping[str, Mapping[str, float]]
    people: float | Mapping[str, float] | None = None
    minimum: float | None = None
    _spelt: Mapping[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not isinstance(self.table, Mapping) or not self.table:
            raise Unusable("NO_FREQUENCIES", _("There are no allele frequencies."))
        check_markers(self.table)
        table = {
            marker_of(marker): _of(marker, given) for marker, given in dict(self.table).items()
        }
        people = self.people
        if isinstance(people, Mapping):
            check_markers(people)
            people = MappingProxyType({marker_of(own): n for own, n in people.items()})
            object.__setattr__(self, "people", people)
        for given in people.values() if isinstance(people, Mapping) else [people]:
            if given is not None and not (is_number(given) and LEAST_COPIES <= given <= 1e12):
                raise Unusable(
                    "PEOPLE",
                    _(
                        "A table of frequencies rests on %(least)d people or more, not on %(given)s."
                    ),
                    least=LEAST_COPIES,
                    given=cited(given),
                )
        if self.minimum is not None and not (
            is_number(self.minimum) and LEAST_FREQUENCY <= self.minimum < 1
        ):
            raise Unusable(
                "MINIMUM",
                _("The least frequency lies between 0 and 1; it is %(given)s."),
                given=cited(self.minimum),
            )
        object.__setattr__(self, "table", MappingProxyType(table))
        object.__setattr__(self, "_spelt", {key_of(marker): marker for marker in table})

    def marker(self, name: str) -> str | None:
        """Return a marker as this table spells it, None where it is not in the table."""
        return self._spelt.get(key_of(name))

    def lacking(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return the markers of the table that are not among names."""
        given = set(map(key_of, names))
        return tuple(sorted(one for key, one in self._spelt.items() if key not in given))

    def least(self, marker: str) -> float | None:
        """Return the least frequency at a marker, None where nothing states one."""
        people = self.people
        if isinstance(people, Mapping):
            people = next((n for own, n in people.items() if key_of(own) == key_of(marker)), None)
        stated = [] if people is None else [LEAST_COPIES / (2 * people)]
        return max([*stated, *([] if self.minimum is None else [self.minimum])], default=None)

    def of(self, marker: str, allele: str) -> tuple[float, bool]:
        """Return an allele's frequency, and whether it is the least instead of its own.

        Raises Unusable ALLELE_UNKNOWN where the table lacks it and no least frequency is stated.
        """
        own, least = self.table[self.marker(marker) or marker].get(allele, 0.0), self.least(marker)
        if least is not None and own < least:
            return least, True
        if own == 0.0:
            raise Unusable(
                "ALLELE_UNKNOWN",
                _(
                    "Allele %(allele)s of %(marker)s is in no table; say how many people the "
                    "table rests on, or a least frequency."
                ),
                allele=cited(allele),
                marker=cited(marker),
            )
        return own, False


def as_frequencies(given: Frequencies | Mapping[str, Mapping[str, float]]) -> Frequencies:
    """Return frequencies from what is that or a mapping marker -> allele -> frequency."""
    if isinstance(given, Frequencies):
        return given
    if isinstance(given, Mapping):
        return Frequencies(given)
    raise Unusable(
        "NO_FREQUENCIES",
        _("%(given)s holds no allele frequencies; give them by marker and allele."),
        given=cited(given),
    )


def counted(profiles: Iterable[Profile], *, minimum: float | None = None) -> Frequencies:
    """Return the frequencies in profiles of two alleles a marker (others are left out there).

    ``people`` are those counted at each marker, so that rare alleles have 5/2N; a marker with
    fewer than five is left out. Raises Unusable NO_FREQUENCIES where nothing is left.
    """
    seen: dict[str, Counter[str]] = {}
    for profile in map(as_profile, listed(profiles, name=_("profiles"))):
        for marker, alleles in profile.markers.items():
            if len(alleles) == 2:
                seen.setdefault(key_of(marker), Counter()).update(alleles)
    kept = {m: found for m, found in sorted(seen.items()) if found.total() >= 2 * LEAST_COPIES}
    table = {m: {a: n / found.total() for a, n in found.items()} for m, found in kept.items()}
    return Frequencies(table, {m: found.total() / 2 for m, found in kept.items()}, minimum)


def allele_probability(frequency: float, *, seen: int, of: int, theta: float) -> float:
    """Return the probability that the next allele drawn from a subpopulation is this one.

    (``seen`` theta + (1 - theta) p) / (1 + (``of`` - 1) theta): ``seen`` of the ``of`` alleles
    drawn before were it (Balding and Nichols, Forensic Sci Int 1994;64:125). With ``of`` 0 it is p.
    Raises Unusable: FREQUENCY, THETA, SEEN.
    """
    check_theta(theta)
    if not is_within(frequency, 0, 1):
        raise Unusable(
            "FREQUENCY",
            _("A frequency lies between 0 and 1, not %(given)s."),
            given=cited(frequency),
        )
    if not 0 <= whole(seen, name=_("alleles seen")) <= whole(of, name=_("alleles drawn")) <= MOST:
        raise Unusable("SEEN", _("Of the alleles drawn before, 0 to all were this one."))
    return drawn_next(frequency, seen=seen, of=of, theta=theta)


def drawn_next(frequency: float, *, seen: int, of: int, theta: float) -> float:
    """Return what ``allele_probability`` does, of values that were looked at already."""
    if of == 0:
        return frequency
    return (seen * theta + (1 - theta) * frequency) / (1 + (of - 1) * theta)


def check_theta(theta: float) -> None:
    """Raise Unusable (code THETA) unless a coancestry is from 0 to below 1."""
    if not (is_number(theta) and 0 <= theta < 1):
        raise Unusable(
            "THETA",
            _("Theta is a coancestry from 0 to below 1, mostly 0.01 to 0.03; it is %(given)s."),
            given=cited(theta),
        )


def _of(marker: object, given: Mapping[str, float]) -> Mapping[str, float]:
    if not isinstance(given, Mapping) or not given:
        raise Unusable(
            "NO_FREQUENCIES", _("%(marker)s has no allele frequencies."), marker=cited(marker)
        )
    found: dict[str, float] = {}
    for allele, share in given.items():
        is_one = is_number(share) or isinstance(share, Decimal)
        frequency = float(share) if is_one else math.nan
        if not (frequency == 0 or LEAST_FREQUENCY <= frequency <= 1):
            raise Unusable(
                "FREQUENCY",
                _(
                    "Allele %(allele)s of %(marker)s has the frequency %(given)s: it lies between 0 and 1."
                ),
                allele=cited(allele),
                marker=cited(marker),
                given=cited(share),
            )
        found[name_of(allele)] = frequency
    total = math.fsum(found.values())
    if total > 1 + SUM_SLACK:
        raise Unusable(
            "FREQUENCY_SUM",
            _("The frequencies of %(marker)s add up to %(total)s: more than 1."),
            marker=cited(marker),
            total=f"{total:.6g}",
        )
    return MappingProxyType(found)
