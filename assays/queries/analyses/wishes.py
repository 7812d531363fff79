"""What a run of each kind is asked with: its inputs as they stand now, and its parameters checked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assays.models import Specimen
from assays.queries.analyses import agreement as compared
from assays.queries.analyses import epidemic as cases
from assays.queries.analyses import fields, inputs, profiles
from assays.queries.analyses import trials as treated
from assays.queries.analyses.inputs import Input
from assays.rules.analyses import (
    agreement,
    drift,
    epidemic,
    groups,
    kinetics,
    reprofiles,
    trials,
)
from assays.rules.analyses.asked import Number, check_names, numbers, refused, text
from assays.rules.analyses.runs import AnalysisKind
from labsys.accounts.models import Principal
from labsys.lib import policy
from labsys.lib.wording import gettext_noop as _

MOST = 1e15  # nanites per microlitre


@dataclass(frozen=True, slots=True)
class Wish:
    """Who asks, of whom (None: of everybody in reach), with which parameters, and when."""

    by: Principal
    entries: Collection[int] | None
    parameters: Mapping[str, Any]
    at: datetime


Wished = tuple[list[Input], dict[str, Any]]


def of_kind(kind: AnalysisKind, wish: Wish) -> Wished:
    """Return the inputs and parameters of a run; raises Refused for what cannot be asked."""
    return WISHES[kind](wish)


def _kinetics(wish: Wish) -> Wished:
    check_names(wish.parameters, {"limit"})
    limit = numbers(wish.parameters, {"limit": Number(None, 0, MOST)})["limit"]
    return inputs.loads(wish.by, wish.entries), kinetics.parameters(limit=limit)


def _epidemic(wish: Wish) -> Wished:
    if wish.entries is not None:
        raise refused(
            "persons", "PERSONS", _("An epidemic is of everybody in reach; name no persons.")
        )
    parameters = epidemic.parameters(wish.parameters)
    return cases.found(wish.by, parameters, at=wish.at), parameters


def _drift(wish: Wish) -> Wished:
    check_names(wish.parameters, set())
    return profiles.courses(wish.by, wish.entries), drift.parameters()


def _trial(wish: Wish) -> Wished:
    parameters = trials.parameters(wish.parameters)
    return treated.found(wish.by, parameters, wish.entries), parameters


def _micrographs(wish: Wish) -> Wished:
    check_names(wish.parameters, {"specimen"})
    rows = Specimen.objects.filter(accession=text(wish.parameters, "specimen", longest=20))
    specimen = policy.scope(wish.by, rows).first()
    if specimen is None or wish.entries is not None:
        raise refused(
            "specimen",
            "SPECIMEN",
            _(
                "Name the specimen whose fields are counted by its accession number, and no persons."
            ),
        )
    found = list(fields.standing(wish.by, specimen))
    return fields.inputs(found), fields.parameters(specimen)


def _agreement(wish: Wish) -> Wished:
    check_names(wish.parameters, set())
    if wish.entries is not None:
        raise refused(
            "persons", "PERSONS", _("Counts are compared of everybody in reach; name no persons.")
        )
    return compared.inputs(wish.by), agreement.parameters()


def _groups(wish: Wish) -> Wished:
    _check_everybody(wish)
    check_names(wish.parameters, {"alpha", "adjustment", "least_hosts", "least_factors"})
    return profiles.newest_of_hosts(wish.by), groups.parameters(**wish.parameters)


def _reprofile(wish: Wish) -> Wished:
    _check_everybody(wish)
    check_names(wish.parameters, {"intensity", "quality"})
    return profiles.stretches(), reprofiles.parameters(**wish.parameters)


def _search(wish: Wish) -> Wished:
    raise refused("kind", "KIND", _("A search is asked for at its own address."))


def _check_everybody(wish: Wish) -> None:
    if wish.entries is not None:
        raise refused("persons", "PERSONS", _("This is of everybody; name no persons."))


WISHES: Mapping[AnalysisKind, Callable[[Wish], Wished]] = {
    AnalysisKind.KINETICS: _kinetics,
    AnalysisKind.EPIDEMIC: _epidemic,
    AnalysisKind.DRIFT: _drift,
    AnalysisKind.TRIAL: _trial,
    AnalysisKind.MICROGRAPHS: _micrographs,
    AnalysisKind.AGREEMENT: _agreement,
    AnalysisKind.GROUPS: _groups,
    AnalysisKind.REPROFILE: _reprofile,
    AnalysisKind.SEARCH: _search,
}
