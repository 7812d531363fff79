"""What somebody needs and who belongs to them: stated, corrected, taken back, and true at a moment."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed
from labsys.lib.records import AppendOnlyError
from patients import queries
from patients.actions import links, needs, related_persons
from patients.models import CareNeed, Person, RelatedPerson
from patients.queries import needs as need_queries
from tests import factories
from tests.patients import people
from tests.patients.people import DAY, HOUR

pytestmark = pytest.mark.django_db


def needed(person: Person | None = None, **stated: Any) -> CareNeed:
    at = database_now()
    given: dict[str, Any] = {"kind": "INTERPRETER", "since": at - HOUR, **stated}
    by = people.infection_control()
    return needs.record(by=by, at=at, person=person or people.person(), **given)


def related(person: Person | None = None, **stated: Any) -> RelatedPerson:
    at = database_now()
    given: dict[str, Any] = {"relation": "PARENT", "name": "Ruth", "since": at - HOUR, **stated}
    if not any(name.startswith(("is_", "may_")) for name in given):
        given["is_guardian"] = True
    by = people.infection_control()
    return related_persons.record(by=by, at=at, person=person or people.person(), **given)


def test_a_need_lasts_from_its_beginning_up_to_its_end_and_counts_for_every_entry() -> None:
    someone, double, at = people.person(), people.person(), database_now()
    links.link(
        by=people.infection_control(), at=at, duplicate=double, survivor=someone, reason="same"
    )
    made = needed(double, since=at - 2 * HOUR, until=at - HOUR)

    for moment, holds in ((-3, False), (-2, True), (-1.5, True), (-1, False)):
        found = need_queries.needs_at([someone.pk, double.pk], at + moment * HOUR)
        assert found == ({someone.pk: (made,), double.pk: (made,)} if holds else {})


def test_what_is_needed_now_stands_in_the_banner() -> None:
    someone, double, at = people.person(), people.person(), database_now()
    by = people.infection_control()
    links.link(by=by, at=at, duplicate=double, survivor=someone, reason="same")
    needed(double, kind="OTHER", detail="breathes ammonia")
    needed(someone, kind="FEEDING", until=at - HOUR / 2)
    needed(someone, kind="SENSORY", detail='signs, "slowly"', until=at + HOUR)
    wrong = needed(someone, kind="MOBILITY")
    needs.retract(by=by, at=database_now(), need=wrong, reason="another patient")

    shown = (("OTHER", "breathes ammonia"), ("SENSORY", 'signs, "slowly"'))
    assert [queries.banner(one, at=at).needs for one in (someone, double)] == [shown, shown]
    assert queries.banner(someone, at=at - 2 * HOUR).needs == ()


@pytest.mark.parametrize(
    ("stated", "field"),
    [
        ({"kind": "GOLD"}, "kind"),
        ({"kind": "OTHER", "detail": " "}, "detail"),
        ({"kind": "INCAPACITY", "detail": " "}, "detail"),
        ({"since": DAY}, "since"),
        ({"until": -DAY}, "until"),
    ],
)
def test_a_need_that_makes_no_sense_is_refused(stated: Any, field: str) -> None:
    at = database_now()
    moments = {name: at + value for name, value in stated.items() if isinstance(value, timedelta)}

    with pytest.raises(InvalidInput) as caught:
        needed(**{**stated, **moments})

    assert caught.value.field == field


@pytest.mark.parametrize(
    ("stated", "field"),
    [
        ({"relation": "PET"}, "relation"),
        ({"name": " "}, "name"),
        ({"is_guardian": False}, "is_next_of_kin"),
        ({"may_consent": True}, "basis"),
        ({"may_consent": True, "basis": " "}, "basis"),
    ],
)
def test_kin_that_make_no_sense_are_refused(stated: Any, field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        related(**stated)

    assert caught.value.field == field
    assert not RelatedPerson.objects.exists()


def test_nobody_is_their_own_guardian_under_any_of_their_entries() -> None:
    someone, double = people.person(), people.person()
    by = people.infection_control()
    links.link(by=by, at=database_now(), duplicate=double, survivor=someone, reason="same")

    for other in (someone, double):
        with pytest.raises(InvalidInput, match="own kin") as caught:
            related(someone, other=other)
        assert caught.value.field == "other"


def test_an_infant_has_a_guardian_who_may_consent_and_one_who_is_called_first() -> None:
    infant, parent = people.person(), people.person()
    guardian = related(infant, other=parent, name="", may_consent=True, basis="birth certificate")
    aunt = related(infant, relation="RELATIVE", name="Noor", contact="deck 4", is_contact=True)

    by = people.infection_control()
    found = need_queries.related_to(queries.entries(infant.pk), by=by)

    assert found == [aunt, guardian]
    assert (guardian.other, guardian.may_consent) == (parent, True)
    nurse = people.doctor_of(people.ward(), Role.NURSE)
    assert need_queries.related_to(queries.entries(infant.pk), by=nurse) == []


def test_both_are_corrected_by_a_further_row_and_taken_back() -> None:
    by, at = people.infection_control(), database_now()
    need, kin = needed(), related()

    until = needs.correct(
        by=by,
        at=at,
        need=need,
        reason="speaks it now",
        person=need.person,
        kind=need.kind,
        since=need.since,
        until=at,
    )
    other = related_persons.correct(
        by=by,
        at=at,
        related=kin,
        reason="misheard",
        person=kin.person,
        relation="PARENT",
        name="Rut",
        is_guardian=True,
        since=kin.since,
    )

    assert (list(CareNeed.objects.standing()), list(RelatedPerson.objects.standing())) == (
        [until],
        [other],
    )
    with pytest.raises(Conflict, match="corrected already"):
        needs.retract(by=by, at=at, need=need, reason="again")
    needs.retract(by=by, at=at, need=until, reason="another patient")
    related_persons.retract(by=by, at=at, related=other, reason="another patient")
    assert not CareNeed.objects.standing().exists()
    assert not RelatedPerson.objects.standing().exists()
    for model in (CareNeed, RelatedPerson):
        with pytest.raises(AppendOnlyError):
            model.objects.update(until=at)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.VISITING_CLINICIAN, Role.GATE_OFFICER])
def test_both_need_their_permission(role: Role) -> None:
    by, at, someone = factories.principal(role), database_now(), people.person()

    with pytest.raises(NotAllowed):
        needs.record(by=by, at=at, person=someone, kind="MOBILITY", since=at)
    with pytest.raises(NotAllowed):
        related_persons.record(
            by=by, at=at, person=someone, relation="CHILD", name="X", is_contact=True, since=at
        )
