"""What was found at the markers of a specimen: one form for genotypes and for nanites.

A profile names markers and the alleles seen at each. A person's genotype has two alleles a marker,
equal ones written twice; a profile of nanites has as many as were seen, with intensities and a
quality. What a catalogue compares are *factors*: one marker with one of its alleles.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType

from assays.numerics.markers import factor_of, key_of, key_of_factor, spelt_twice
from assays.numerics.refusals import Unusable, is_number
from labsys.lib.wording import cited
from labsys.lib.wording import gettext_noop as _

LONGEST_NAME = 120
MOST_ALLELES = 1000
_DECIMAL = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Profile:
    """Markers and the alleles seen at each, with how strongly and how reliably.

    ``markers``: marker -> alleles; an allele seen in two copies stands twice. Numbers are written
    as they are in the trade: 11, "11" and 11.0 are one allele, 9.3 another. A set is taken as it
    is: each allele once. ``intensities``: marker -> allele -> signal, any unit, from 0.
    ``quality``: marker -> 0 to 1. Both may be left out, wholly or for some. Markers keep their
    spelling and are compared without case (``assays.numerics.markers``), here too.
    Raises Unusable: NAME for a marker or an allele without a name, one that is too long, or a
    marker with a slash; NO_ALLELES for a marker with none (leave the marker out: it is missing);
    MARKER_TWICE for two spellings of one (vWA, VWA); INTENSITY, QUALITY.
    """

    markers: Mapping[str, tuple[str, ...]]
    intensities: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    quality: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for given in (self.markers, self.intensities, self.quality):
            _check_mapping(given)
        for given in self.intensities.values():
            _check_mapping(given)
        for given in (self.markers, self.intensities, self.quality):
            check_markers(given)
        markers = {marker_of(m): _alleles(m, given) for m, given in dict(self.markers).items()}
        spelt = {key_of(marker): marker for marker in markers}
        signals = {
            _spelt(marker, spelt): {
                name_of(allele): _level("INTENSITY", marker, value, math.inf)
                for allele, value in dict(given).items()
            }
            for marker, given in dict(self.intensities).items()
        }
        quality = {
            _spelt(marker, spelt): _level("QUALITY", marker, value, 1.0)
            for marker, value in dict(self.quality).items()
        }
        object.__setattr__(self, "markers", MappingProxyType(markers))
        object.__setattr__(self, "intensities", MappingProxyType(signals))
        object.__setattr__(self, "quality", MappingProxyType(quality))

    def by_key(self) -> dict[str, tuple[str, ...]]:
        """Return the alleles by the one name of each marker, by which profiles are compared."""
        return {key_of(marker): alleles for marker, alleles in self.markers.items()}

    def factors(self) -> frozenset[str]:
        """Return what a catalogue compares: "MARKER/allele" of every allele, once each."""
        return frozenset(
            factor_of(m, allele) for m, alleles in self.markers.items() for allele in alleles
        )

    def copies(self) -> frozenset[str]:
        """Return the factors that stand in two copies or more."""
        return frozenset(
            factor_of(marker, allele)
            for marker, alleles in self.markers.items()
            if len(alleles) > 1
            for allele, times in Counter(alleles).items()
            if times > 1
        )

    def called(self, *, intensity: float = 0.0, quality: float = 0.0) -> Profile:
        """Return the profile without alleles and markers below a limit.

        An allele whose intensity is below ``intensity`` is left out, and a marker of which none is
        left or whose quality is below ``quality``; where none was given it stays. Raises Unusable
        (INTENSITY, QUALITY) for a limit that is none.
        """
        intensity = _level("INTENSITY", _("the limit"), intensity, math.inf)
        quality = _level("QUALITY", _("the limit"), quality, 1.0)
        kept = {}
        for marker, alleles in self.markers.items():
            signals = self.intensities.get(marker, {})
            strong = tuple(one for one in alleles if signals.get(one, math.inf) >= intensity)
            if strong and self.quality.get(marker, 1.0) >= quality:
                kept[marker] = strong
        return Profile(kept, self.intensities, self.quality)


def as_profile(given: Profile | Mapping[str, Iterable[object]]) -> Profile:
    """Return a profile from what is one or a mapping of markers to alleles."""
    if isinstance(given, Profile):
        return given
    if isinstance(given, Mapping):
        return Profile(given)  # type: ignore[arg-type]
    raise _no_profile(given)


def check_markers(given: Iterable[object]) -> None:
    """Raise Unusable (code MARKER_TWICE) for two spellings of one marker: it would count twice."""
    twice = spelt_twice(map(name_of, given))
    if twice is not None:
        raise Unusable(
            "MARKER_TWICE",
            _("%(first)s and %(second)s are one marker; write it once."),
            first=cited(twice[0]),
            second=cited(twice[1]),
        )


def _spelt(given: object, spelt: Mapping[str, str]) -> str:
    """Return a marker as a profile spells it, where it is one of its own."""
    name = name_of(given)
    return spelt.get(key_of(name), name)


def _check_mapping(given: object) -> None:
    if not isinstance(given, Mapping):
        raise _no_profile(given)


def _no_profile(given: object) -> Unusable:
    return Unusable(
        "NOT_A_PROFILE",
        _("%(given)s is no profile; give its markers with their alleles."),
        given=cited(given),
    )


def factors_of(
    given: Profile | Mapping[str, Iterable[object]] | Iterable[str],
) -> tuple[frozenset[str], frozenset[str]]:
    """Return the factors of a profile and those in two copies; plain factors stand once each."""
    if isinstance(given, Profile | Mapping):
        profile = as_profile(given)
        return profile.factors(), profile.copies()
    if (
        isinstance(given, str | bytes)
        or not isinstance(given, Iterable)
        or getattr(given, "ndim", 1) != 1
    ):
        raise _no_profile(given)
    return frozenset(key_of_factor(name_of(one)) for one in given), frozenset()


def name_of(given: object) -> str:
    """Return the name of a marker or an allele: numbers without idle zeros, text without blanks."""
    if isinstance(given, bool) or not isinstance(given, str | int | float) or _is_no_number(given):
        raise _unnamed(given)
    text = _written(str(given))
    if not text:
        raise _unnamed(given)
    return text


def spellings_of(given: Profile | Mapping[str, Iterable[object]] | Iterable[str]) -> dict[str, str]:
    """Return for each factor how it is written here, for those who show what they compared."""
    if isinstance(given, Profile | Mapping):
        markers = as_profile(given).markers
        return {factor_of(m, one): f"{m}/{one}" for m, found in markers.items() for one in found}
    return {key_of_factor(name): name for name in sorted(map(name_of, given))}


def marker_of(given: object) -> str:
    """Return the name of a marker; with a slash it could be taken for a marker and an allele."""
    name = name_of(given)
    if "/" in name:
        raise _unnamed(given)
    return name


@lru_cache(maxsize=1 << 16)
def _written(given: str) -> str:
    """Return a name as it is written, "" where it is none; of a whole catalogue it is asked often."""
    text = given.strip()
    if _DECIMAL.fullmatch(text):
        whole, _point, part = text.partition(".")
        text = ".".join(filter(None, (whole.lstrip("0") or "0", part.rstrip("0"))))
    return text if len(text) <= LONGEST_NAME and text.isprintable() else ""


def _is_no_number(given: str | int | float) -> bool:
    return isinstance(given, float) and not math.isfinite(given)


def _unnamed(given: object) -> Unusable:
    return Unusable(
        "NAME",
        _(
            "%(given)s names no marker and no allele: up to %(most)d letters or a number, and no slash."
        ),
        given=cited(given),
        most=LONGEST_NAME,
    )


def _alleles(marker: object, given: Iterable[object]) -> tuple[str, ...]:
    if (
        isinstance(given, str | bytes)
        or not isinstance(given, Iterable)
        or getattr(given, "ndim", 1) != 1
    ):
        raise Unusable(
            "NOT_A_PROFILE",
            _("The alleles of %(marker)s are %(given)s; give a list of them."),
            marker=cited(marker),
            given=cited(given),
        )
    named = [name_of(one) for one in given]
    if not 0 < len(named) <= MOST_ALLELES:
        raise Unusable(
            "NO_ALLELES",
            _("%(marker)s has %(given)d alleles; leave a marker out that was not read."),
            marker=cited(marker),
            given=len(named),
        )
    # The order of a set is chance.
    return tuple(sorted(set(named)) if isinstance(given, Set) else named)


def _level(code: str, marker: object, value: object, most: float) -> float:
    level = float(value) if is_number(value) or isinstance(value, Decimal) else math.nan
    if not 0 <= level <= most or math.isinf(level):
        raise Unusable(
            code,
            _("%(what)s of %(marker)s is %(value)s; it lies between 0 and %(most)s."),
            what=code.capitalize(),
            marker=cited(marker),
            value=cited(value),
            most="any number" if math.isinf(most) else most,
        )
    return level
