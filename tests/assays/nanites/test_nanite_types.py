"""Types of nanites: described, named anew, and said to do something, with a grade and sources."""

from __future__ import annotations

from typing import Any

import pytest

from assays.actions import nanite_profiles as profiles
from assays.actions import nanite_types as actions
from assays.actions.nanite_types import Statement
from assays.models import NaniteFunction, NaniteType, Result
from assays.queries import nanite_types as queries
from assays.rules.nanite_types import (
    LEAST_SOURCES,
    Evidence,
    TypeRefused,
    check_evidence,
)
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed
from labsys.lib.records import AppendOnlyError
from tests import factories
from tests.assays import laboratory
from tests.assays.evaluation.test_evaluation import typed
from tests.assays.nanites.profiles import content, recorded

pytestmark = pytest.mark.django_db


@pytest.fixture
def doctor() -> Principal:
    return factories.principal(Role.PATHOLOGIST)


@pytest.fixture
def weaver(doctor: Principal) -> NaniteType:
    return actions.describe(code="nt-1", name="weaver", by=doctor, at=database_now())


def released(status: str = "RELEASED") -> Result:
    (assay,) = laboratory.assays(**{f"F{Result.objects.count()}": {}}).values()
    result = typed(laboratory.specimen([assay]), assay, "12.5")
    laboratory.verified(result, status)
    return result


def stated(of: NaniteType, by: Principal, **more: Any) -> NaniteFunction:
    said = Statement(
        more.pop("statement", "Binds free iron."),
        more.pop("grade", "CONJECTURED"),
        more.pop("basis", "It is built like a ferritin cage."),
        more.pop("sources", ()),
        more.pop("profiles", ()),
    )
    return actions.state(type=of, said=said, by=by, at=database_now(), **more)


def test_a_type_keeps_its_code_and_is_called_by_its_newest_name(weaver, doctor) -> None:
    actions.rename(type=weaver, name="spinner ", reason="It spins.", by=doctor, at=database_now())

    (one,) = queries.listed()
    assert (one.code, one.name) == ("NT-1", "spinner")
    assert list(one.names.order_by("id").values_list("name", flat=True)) == ["weaver", "spinner"]


def test_no_two_types_are_called_the_same_at_once(weaver, doctor) -> None:
    other = actions.describe(code="NT-2", name="miner", by=doctor, at=database_now())

    with pytest.raises(InvalidInput, match="NT-1 is called so already"):
        actions.rename(type=other, name="WEAVER", reason="like", by=doctor, at=database_now())
    with pytest.raises(InvalidInput, match="There is a type NT-1 already"):
        actions.describe(code="NT-1", name="another", by=doctor, at=database_now())
    # A name that a type has no longer is free.
    actions.rename(type=weaver, name="spinner", reason="x", by=doctor, at=database_now())
    actions.rename(type=other, name="weaver", reason="x", by=doctor, at=database_now())


@pytest.mark.parametrize(
    ("grade", "sources", "code"),
    [
        ("ESTABLISHED", 1, "FEW_SOURCES"),
        ("SUPPORTED", 0, "FEW_SOURCES"),
        ("OBSERVED", 0, "FEW_SOURCES"),
        ("CERTAIN", 5, "GRADE"),
        ("OBSERVED", 51, "MANY_SOURCES"),
    ],
)
def test_a_grade_bounds_the_sources(grade, sources, code) -> None:
    with pytest.raises(TypeRefused) as refused:
        check_evidence(grade, sources=sources, basis="seen")
    assert refused.value.code == code


def test_every_grade_says_how_many_sources_it_needs() -> None:
    assert set(LEAST_SOURCES) == set(Evidence)
    least = [LEAST_SOURCES[one] for one in Evidence]
    assert least == sorted(least, reverse=True)
    with pytest.raises(TypeRefused, match="what was compared or seen"):
        check_evidence("CONJECTURED", sources=0, basis=" ")


def test_a_statement_rests_on_profiles_that_stand(weaver, doctor) -> None:
    one, value = recorded(content()), released()
    gone, fixed = recorded(content()), recorded(content())
    profiles.withdraw(profile=gone, reason="mix-up", by=doctor, at=database_now())
    recorded(content((11, 13)), specimen=fixed.specimen, corrects=fixed, reason="misread")
    made = stated(
        weaver,
        doctor,
        grade="ESTABLISHED",
        sources=[value.pk],
        profiles=[one.position, one.position],
    )

    assert [source.profile for source in made.profiles.all()] == [one]
    for wanted in (gone.position, fixed.position, 10**12):
        with pytest.raises(InvalidInput, match="corrected or withdrawn, or is not in your reach"):
            stated(weaver, doctor, profiles=[wanted])
    with pytest.raises(TypeRefused, match="needs 2 sources"):
        stated(weaver, doctor, grade="ESTABLISHED", profiles=[one.position, one.position])
    found, beyond = queries.profiles(factories.principal(Role.WARD_DOCTOR), [made])
    assert (found, beyond) == ({}, {made.pk: 1})


def test_a_statement_rests_on_released_values_alone(weaver, doctor) -> None:
    good, verified = released(), released("TECHNICALLY_VERIFIED")

    made = stated(weaver, doctor, grade="OBSERVED", sources=[good.pk, good.pk])
    assert [one.result_id for one in made.sources.all()] == [good.pk]
    with pytest.raises(InvalidInput, match="not released"):
        stated(weaver, doctor, grade="OBSERVED", sources=[verified.pk])
    with pytest.raises(InvalidInput, match="not released"):
        stated(weaver, doctor, grade="OBSERVED", sources=[10**9])


def test_a_newer_statement_names_the_one_it_corrects_and_each_is_corrected_once(
    weaver, doctor
) -> None:
    first = stated(weaver, doctor)
    with pytest.raises(InvalidInput, match="Say why"):
        stated(weaver, doctor, corrects=first)
    second = stated(weaver, doctor, statement="Binds iron.", corrects=first, reason="not free")

    assert list(queries.standing()) == [second]
    with pytest.raises(Conflict, match="corrected or withdrawn meanwhile"):
        stated(weaver, doctor, corrects=first, reason="late")
    with pytest.raises(Conflict, match="corrected or withdrawn meanwhile"):
        actions.withdraw(function=first, reason="late", by=doctor, at=database_now())
    with pytest.raises(AppendOnlyError):
        NaniteFunction.objects.filter(pk=first.pk).update(statement="Nothing.")


def test_a_statement_is_withdrawn_with_a_reason_and_stays_on_record(weaver, doctor) -> None:
    first = stated(weaver, doctor)
    gone = actions.withdraw(function=first, reason="a mix-up", by=doctor, at=database_now())

    assert not queries.standing().exists()
    assert [one.pk for one in queries.history(weaver)] == [gone.pk, first.pk]
    with pytest.raises(InvalidInput, match="no statement about the type"):
        actions.withdraw(function=gone, reason="x", by=doctor, at=database_now())
    other = actions.describe(code="NT-2", name="miner", by=doctor, at=database_now())
    second = stated(weaver, doctor)
    with pytest.raises(InvalidInput, match="no statement about the type"):
        stated(other, doctor, corrects=second, reason="another type")


def test_who_may_not_describe_is_refused(weaver) -> None:
    technologist = factories.principal(Role.TECHNOLOGIST)

    with pytest.raises(NotAllowed):
        stated(weaver, technologist)
    with pytest.raises(NotAllowed):
        actions.describe(code="NT-9", name="x", by=technologist, at=database_now())


@pytest.mark.parametrize("code", ["", "N", "nt 1", "-NT1", "N" * 17, "NT\x001"])
def test_a_code_that_is_none_is_told(doctor, code) -> None:
    with pytest.raises(TypeRefused, match="A code is 2 to 16"):
        actions.describe(code=code, name="x", by=doctor, at=database_now())
