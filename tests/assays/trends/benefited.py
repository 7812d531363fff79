"""Measures of benefits in force, and persons with values before nanites, with them and after a removal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from assays.actions import benefit_measures, versions
from assays.models import Assay, BenefitMeasures, Result
from assays.rules.benefit_measures import Windows
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from patients.models import Person
from tests import factories
from tests.assays import laboratory
from tests.assays.analyses import loads
from tests.assays.analyses.loads import intervened
from tests.assays.evaluation.test_evaluation import typed

CSV = b"analyte,better,smallest,unit\nCREAT,lower,0.2,mg/dL\nHGB,higher,1,g/dL\n"
REMOVED = 31


def drafted(raw: bytes = CSV) -> BenefitMeasures:
    return benefit_measures.draft(
        raw=raw,
        agent="nanites",
        windows=Windows(),
        source="decided by the council",
        by=factories.principal(Role.PATHOLOGIST),
        at=database_now(),
        note="The first.",
    )


def in_force(raw: bytes = CSV) -> BenefitMeasures:
    """Bring measures into force by two people; the shipped catalogue must be loaded."""
    version, other = drafted(raw), factories.principal(Role.PATHOLOGIST)
    versions.approve(version=version, by=other, at=database_now())
    versions.activate(version=version, by=other, at=database_now())
    version.refresh_from_db()
    return version


def measured(
    person: Person, of: Assay, values: Sequence[tuple[int, str]], *, status: str = "RELEASED"
) -> list[Result]:
    """Record values of a person by how many days ago, and release them unless told otherwise."""
    unit, made = of.versions.get(status="ACTIVE").unit, []
    for days, value in values:
        specimen = laboratory.specimen([of], of=person, collected_ago=timedelta(days=days))
        comparator = value[0] if value[0] in "<>" else ""
        result = typed(specimen, of, value.lstrip("<>"), unit=unit, comparator=comparator)
        laboratory.verified(result, status)
        made.append(result)
    return made


def person_with(*values: str, kind: str = "FILTRATION", effect: str = "") -> Person:
    """Somebody with nanites found 50 days ago, removed 31 days ago; creatinine before, with, after."""
    load = loads.assay()
    creatinine = Assay.objects.get(analyte__code="CREAT")
    person = laboratory.person()
    measured(person, load, [(50, "9000"), (32, "12000")])
    measured(person, creatinine, list(zip((100, 33, 15), values, strict=False)))
    intervened(person, ago=timedelta(days=REMOVED), kind=kind, effect=effect)
    return person
