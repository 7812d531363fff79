"""Profiles of specimens are recorded, corrected by a newer row, and withdrawn."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assays.actions import nanite_profiles as actions
from assays.models import NaniteProfile
from assays.queries import nanite_profiles as queries
from assays.rules.nanite_profiles import ProfileRefused, linked
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed
from tests import factories
from tests.assays.nanites.profiles import content, recorded, specimen

pytestmark = pytest.mark.django_db


@pytest.fixture
def technologist() -> Principal:
    return factories.principal(Role.TECHNOLOGIST)


def test_rows_are_numbered_and_linked_in_a_chain() -> None:
    first, second = recorded(content()), recorded(content((11, 13)))
    third = recorded(content((12, 13)), specimen=second.specimen, corrects=second, reason="misread")

    assert [one.position for one in (first, second, third)] == [1, 2, 3]
    before = ""
    for one in (first, second, third):
        place = one.corrects and one.corrects.position
        assert one.chain == linked(before, str(one.uid), one.content_digest, place)
        before = one.chain
    assert set(queries.standing()) == {first, third}
    assert [one.pk for one in queries.history(second)] == [third.pk, second.pk]


def test_a_profile_is_corrected_once_and_only_by_one_of_the_same_specimen() -> None:
    first = recorded(content())
    with pytest.raises(InvalidInput, match="Say why"):
        recorded(content((11, 13)), specimen=first.specimen, corrects=first)
    with pytest.raises(Conflict, match="another specimen"):
        recorded(content((11, 13)), corrects=first, reason="x")
    recorded(content((11, 13)), specimen=first.specimen, corrects=first, reason="misread")
    with pytest.raises(Conflict, match="corrected or withdrawn meanwhile"):
        recorded(content((11, 14)), specimen=first.specimen, corrects=first, reason="late")


def test_a_withdrawn_profile_stands_no_longer_and_stays_on_record(technologist) -> None:
    first = recorded(content())
    gone = actions.withdraw(profile=first, reason="mix-up", by=technologist, at=database_now())

    assert (gone.content, gone.markers, gone.is_withdrawal) == ({}, 0, True)
    assert not queries.standing().exists()
    with pytest.raises(Conflict, match="A withdrawal holds nothing"):
        actions.withdraw(profile=gone, reason="x", by=technologist, at=database_now())


def test_what_cannot_be_is_refused(technologist) -> None:
    drawn = specimen()
    at = database_now()
    given = {"specimen": drawn, "content": content(), "method": "m", "by": technologist, "at": at}
    with pytest.raises(InvalidInput, match="before the collection"):
        actions.record(**given, observed_at=at - timedelta(days=2))
    with pytest.raises(InvalidInput, match="lies in the future"):
        actions.record(**given, observed_at=at + timedelta(days=2))
    with pytest.raises(InvalidInput, match="by which method"):
        actions.record(**{**given, "method": " "}, observed_at=at)
    with pytest.raises(ProfileRefused):
        actions.record(**{**given, "content": {"markers": {}}}, observed_at=at)
    with pytest.raises(NotAllowed):
        actions.record(**{**given, "by": factories.principal(Role.AUDITOR)}, observed_at=at)
    assert not NaniteProfile.objects.exists()
