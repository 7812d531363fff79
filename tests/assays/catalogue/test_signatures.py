"""An interval is somebody's responsibility from the moment a named person signs it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assays.actions import catalogue, versions
from assays.actions.catalogue.signatures import NothingToSign
from assays.models import Assay, ReferenceInterval
from assays.queries import catalogue as held
from labsys.accounts.actions.step_ups import PasswordNeeded
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, NotAllowed
from tests import factories, laboratory
from tests.signing import step_up

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def loaded() -> None:
    laboratory.load_catalogue()


@pytest.fixture
def pathologist():
    return factories.principal(Role.PATHOLOGIST, name="pathologist")


def interval(code: str = "FT4", **filters) -> ReferenceInterval:
    rows = ReferenceInterval.objects.filter(version__assay__analyte__code=code, **filters)
    return rows.filter(established=True).order_by("-version__number", "id").first()


def signed(code: str = "FT4") -> list[bool]:
    rows = held.current().by_code[code][0].intervals
    return [row.signed for row in rows if row.established]


def sign(row: ReferenceInterval, by) -> None:
    catalogue.sign_interval(interval=row, step_up=step_up(by), by=by, at=database_now())


def test_a_signed_interval_is_signed_for_the_next_result(pathologist) -> None:
    assert not any(signed())

    sign(interval(), pathologist)

    assert signed()[0]


def test_the_signature_holds_for_the_identical_row_of_every_later_version(pathologist) -> None:
    author, approver = factories.principal(Role.PATHOLOGIST), pathologist
    sign(interval(), pathologist)

    for decimals in (1, 3, 4):
        laboratory.new_version(
            "FT4", author=author, approver=approver, values={"decimals": decimals}
        )

    assert signed()[0]


def test_a_changed_limit_has_to_be_signed_anew(pathologist) -> None:
    author = factories.principal(Role.PATHOLOGIST)
    sign(interval(), pathologist)
    rows = [
        catalogue.RangeDraft(
            species="*", sex="*", age_low_days=0, age_high_days=None, state="ANY",
            low=interval().low, high=interval().high + 1, source=interval().source,
        )
    ]  # fmt: skip

    laboratory.new_version("FT4", author=author, approver=pathologist, intervals=rows)

    assert signed() == [False]


def test_a_new_unit_has_to_be_signed_anew_though_the_numbers_are_the_same(pathologist) -> None:
    author = factories.principal(Role.PATHOLOGIST)
    first = interval()
    sign(first, pathologist)
    row = catalogue.RangeDraft(
        species=first.species, sex=first.sex, age_low_days=first.age_low_days,
        age_high_days=first.age_high_days, state=first.state, low=first.low, high=first.high,
        source=first.source,
    )  # fmt: skip

    laboratory.new_version(
        "FT4", author=author, approver=pathologist, values={"unit": "pmol/L"},
        intervals=[row], critical=[], hole_reason="Not measured.",
    )  # fmt: skip

    assert signed() == [False]


def test_what_is_signed_is_not_signed_again(pathologist) -> None:
    sign(interval(), pathologist)

    with pytest.raises(Conflict, match="signed already"):
        sign(interval(), pathologist)


def test_nobody_signs_that_nothing_is_established(pathologist) -> None:
    hole = ReferenceInterval.objects.filter(established=False).first()

    with pytest.raises(NothingToSign, match="No interval is established"):
        sign(hole, pathologist)


def test_a_retired_row_is_not_signed(pathologist) -> None:
    old = interval()
    author = factories.principal(Role.PATHOLOGIST)
    laboratory.new_version("FT4", author=author, approver=pathologist)

    with pytest.raises(NothingToSign, match="no longer in force"):
        sign(old, pathologist)


@pytest.mark.parametrize("role", [Role.QUALITY_MANAGER, Role.TECHNOLOGIST, Role.WARD_DOCTOR])
def test_only_laboratory_doctors_sign(role: Role) -> None:
    with pytest.raises(NotAllowed):
        sign(interval(), factories.principal(role))


def test_the_system_signs_nothing() -> None:
    with pytest.raises(NotAllowed):
        catalogue.sign_interval(
            interval=interval(), step_up=None, by=factories.seed(), at=database_now()
        )


def test_nobody_signs_without_giving_their_own_password_again_just_before(pathologist) -> None:
    other = factories.principal(Role.PATHOLOGIST)
    mine = step_up(pathologist)
    tries = {
        "none": (None, database_now()),
        "another person's": (step_up(other), database_now()),
        "too old": (mine, mine.confirmed_at + timedelta(minutes=5)),
    }

    for given, at in tries.values():
        with pytest.raises(PasswordNeeded):
            catalogue.sign_interval(interval=interval(), step_up=given, by=pathologist, at=at)

    assert not any(signed())


def test_the_signature_names_the_password_it_rests_on(pathologist) -> None:
    given = step_up(pathologist)
    made = catalogue.sign_interval(
        interval=interval(), step_up=given, by=pathologist, at=database_now()
    )

    assert made.step_up == given


def test_a_draft_may_be_signed_before_it_comes_into_force(pathologist) -> None:
    author = factories.principal(Role.PATHOLOGIST)
    draft = catalogue.draft_assay_version(
        assay=Assay.objects.get(analyte__code="FT4"), by=author, at=database_now(), note="Draft."
    )
    row = draft.intervals.filter(established=True).order_by("id").first()
    sign(row, pathologist)
    assert not any(signed())

    versions.approve(version=draft, by=pathologist, at=database_now())
    versions.activate(version=draft, by=pathologist, at=database_now())

    assert signed()[0]
