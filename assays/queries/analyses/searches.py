"""Searches of the profile catalogue: what they take in, and whom their hits may be shown to be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from assays.models import AlleleFrequencies, AnalysisPart, NaniteProfile
from assays.queries.analyses import profile_catalogue
from assays.queries.analyses.inputs import Input
from assays.rules.analyses.runs import AnalysisKind
from assays.rules.analyses.searches import CATALOGUE
from assays.rules.states import VersionStatus
from labsys.accounts.models import Principal
from labsys.lib import policy
from labsys.lib.errors import InvalidInput

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Host:
    """Whose a hit is: the profile where it is in reach, else an opaque label."""

    profile: NaniteProfile | None
    label: str
    is_own: bool


def tables(principal: Principal) -> list[AlleleFrequencies]:
    """Return the tables of allele frequencies in force."""
    rows = AlleleFrequencies.objects.filter(status=VersionStatus.ACTIVE).defer("table")
    return list(policy.scope(principal, rows).order_by("code"))


def asked(principal: Principal, profile: NaniteProfile, frequencies: str) -> list[Input]:
    """Return what a search takes in: the profile, the frequencies, and which catalogue is asked.

    ``frequencies``: "none", "catalogue", or the number of a version of a table in force.
    """
    head = profile_catalogue.newest()
    if head is None or profile.is_withdrawal or hasattr(profile, "corrected_by"):
        raise InvalidInput(_("This profile was corrected or withdrawn; search with what stands."))
    return [
        Input(
            profile.specimen.person_id,
            {
                "profile": str(profile.uid),
                "content": profile.content,
                "catalogue": head,
                "frequencies": _frequencies(principal, frequencies),
            },
        )
    ]


def part(principal: Principal, id_: int) -> AnalysisPart | None:
    """Return a part within reach: of a search, or of another run."""
    rows = AnalysisPart.objects.filter(pk=id_)
    rows = rows.select_related("run__asked_by__user", "person")
    found: AnalysisPart | None = policy.scope(principal, rows).first()
    return found


def of_profile(principal: Principal, profile: NaniteProfile) -> list[AnalysisPart]:
    """Return the newest searches that were made with a profile."""
    rows = AnalysisPart.objects.filter(
        run__kind=AnalysisKind.SEARCH.value,
        person=profile.specimen.person_id,
        given__profile=str(profile.uid),
    )
    rows = policy.scope(principal, rows).select_related("run__asked_by__user").defer("given")
    return list(rows.order_by("-id")[:SHOWN])


def hosts(principal: Principal, uids: Sequence[str], own: Mapping[str, Any]) -> dict[str, Host]:
    """Return whose the profiles of hits are, by their ids; those beyond reach by a label alone.

    The label is the beginning of the profile's random public id: it says nothing of anybody and is
    the same in every search.
    """
    rows = NaniteProfile.objects.filter(uid__in=list(uids)).select_related("specimen__person")
    found = {str(one.uid): one for one in policy.scope(principal, rows.defer("content"))}
    return {
        uid: Host(
            profile=found.get(uid),
            label=uid[:8],
            is_own=uid in found and found[uid].specimen.person_id in own["entries"],
        )
        for uid in uids
    }


def is_behind(found: AnalysisPart) -> bool:
    """Whether profiles were recorded, corrected or withdrawn since a search was asked."""
    return bool(found.given["catalogue"] != profile_catalogue.newest())


def _frequencies(principal: Principal, chosen: str) -> dict[str, Any] | None:
    if chosen in ("", "none"):
        return None
    if chosen == CATALOGUE:
        return {"of": CATALOGUE}
    rows = AlleleFrequencies.objects.filter(status=VersionStatus.ACTIVE)
    rows = policy.scope(principal, rows)
    table = rows.filter(pk=int(chosen)).first() if chosen.isascii() and chosen.isdigit() else None
    if table is None:
        raise InvalidInput(_("This table of frequencies is not in force."), field="frequencies")
    return {
        "of": "table",
        "name": table.code,
        "version": table.number,
        "source": table.source,
        "people": table.people,
        "table": table.table,
        "digest": table.table_digest,
    }
