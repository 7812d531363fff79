"""A specimen is drawn from the person it was ordered for, or not at all."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assays.models import SpecimenEvent
from assays.rules.identification import IdentifierKind as K
from assays.rules.identification import IdentityRefused
from labsys.accounts.roles import Role
from labsys.audit.models import AuditEvent
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput, NotAllowed
from tests import factories, laboratory

pytestmark = pytest.mark.django_db


@pytest.fixture
def phlebotomist():
    return factories.principal(Role.PHLEBOTOMIST, name="phlebotomist")


@pytest.fixture
def specimen():
    laboratory.load_catalogue()
    doctor = factories.principal(Role.PATHOLOGIST, name="doctor")
    return laboratory.order("TSH", by=doctor).specimens.select_related("person").get()


def test_a_collection_says_when_by_whom_and_what_was_checked(specimen, phlebotomist) -> None:
    drawn_at = database_now() - timedelta(minutes=20)

    laboratory.collect(specimen, by=phlebotomist, collected_at=drawn_at)

    event = specimen.events.latest("id")
    assert (specimen.status, specimen.collected_at) == ("COLLECTED", drawn_at)
    assert specimen.collected_by == phlebotomist
    assert (event.happened_at, event.identifiers_checked) == (drawn_at, ["BIRTH_DATE", "WRISTBAND"])


def test_the_wrong_person_is_refused_by_a_sentence_and_nothing_is_drawn(
    specimen, phlebotomist
) -> None:
    other = laboratory.person(family="Other", given="Somebody")

    with pytest.raises(IdentityRefused, match="Do not collect: find out who is in front of you"):
        laboratory.collect(specimen, by=phlebotomist, identifiers=laboratory.identifiers(other))

    specimen.refresh_from_db()
    assert specimen.status == "EXPECTED"


def test_the_values_that_were_read_are_stored_nowhere(specimen, phlebotomist) -> None:
    given = {K.NAME: "Ada Quill", K.BIRTH_DATE: "1990-05-17"}

    laboratory.collect(specimen, by=phlebotomist, identifiers=given)

    event = SpecimenEvent.objects.latest("id")
    bodies = AuditEvent.objects.filter(action="assays.specimen.collect").values_list("body")
    assert event.identifiers_checked == ["BIRTH_DATE", "NAME"]
    assert not any("Quill" in str(body) or "1990" in str(body) for (body,) in bodies)


@pytest.mark.parametrize("late_by", [timedelta(minutes=-10), timedelta(days=31)])
def test_a_date_from_the_future_or_long_ago_is_refused_at_its_field(
    specimen, phlebotomist, late_by
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        laboratory.collect(specimen, by=phlebotomist, collected_at=database_now() - late_by)

    assert refusal.value.field == "collected_at"


@pytest.mark.parametrize("role", [Role.PATHOLOGIST, Role.SCREENING_OFFICER, Role.AUDITOR])
def test_who_does_not_draw_blood_does_not_record_it(specimen, role) -> None:
    with pytest.raises(NotAllowed):
        laboratory.collect(specimen, by=factories.principal(role))
