"""The life of a rule set: drafted by one, approved by another, live by a third act, stopped by anyone."""

from __future__ import annotations

import pytest
from django.db import IntegrityError

from assays.actions import rulesets, versions
from assays.models import RuleSet, RuleSetMode
from assays.queries import rulesets as queries
from labsys.accounts.roles import Role
from labsys.audit.context import acting
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, InvalidInputs, NotAllowed
from labsys.lib.records import AppendOnlyError
from tests import factories
from tests.assays.rulesets.judging import LIMITS, Judged

pytestmark = pytest.mark.django_db


def modes(rule_set: RuleSet) -> list[str]:
    return list(rule_set.modes.order_by("id").values_list("mode", flat=True))


def standing(rule_set: RuleSet) -> str:
    return queries.standing_of(rule_set).mode


def test_a_draft_becomes_the_next_version_of_its_code(judged: Judged) -> None:
    first, second = judged.draft(), judged.draft()

    assert [(one.code, one.number, one.status) for one in (first, second)] == [
        ("blood", 1, "DRAFT"),
        ("blood", 2, "DRAFT"),
    ]
    assert first.events.get().new == "DRAFT"


@pytest.mark.parametrize("role", [Role.TECHNOLOGIST, Role.WARD_DOCTOR, Role.ADMINISTRATOR])
def test_who_may_not_draft_does_not(judged: Judged, role: Role) -> None:
    with pytest.raises(NotAllowed):
        judged.draft(by=factories.principal(role))


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"code": "Blood Count"}, "code"),
        ({"name": " "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"sections": ["NOWHERE"]}, "sections"),
    ],
)
def test_a_draft_that_means_nothing_is_refused(judged: Judged, given: dict, field: str) -> None:
    with pytest.raises(InvalidInputs) as refused:
        judged.draft(**given)

    assert [name for name, _problem in refused.value.errors] == [field]


def test_a_draft_without_a_scope_or_a_reason_is_refused(judged: Judged) -> None:
    given = {"code": "x", "name": "X", "by": judged.manager, "at": database_now()}
    with pytest.raises(InvalidInputs, match="sections or assays"):
        rulesets.draft(rules=[LIMITS], note="because", **given)
    with pytest.raises(InvalidInput, match="Say why"):
        judged.draft(note=" ")


def test_every_rule_that_cannot_be_read_is_said_at_once(judged: Judged) -> None:
    with pytest.raises(InvalidInputs) as refused:
        judged.draft({"id": "a", "kind": "NOPE"}, {"id": "b", "kind": "LIMITS"})

    assert [field for field, _problem in refused.value.errors] == ["rules", "rules"]
    assert not RuleSet.objects.exists()


def test_nobody_approves_what_they_drafted(judged: Judged) -> None:
    made = judged.draft()

    with pytest.raises(versions.SamePerson):
        versions.approve(version=made, by=judged.manager, at=database_now())


def test_the_database_refuses_the_authors_approval_too(judged: Judged) -> None:
    made = judged.draft()

    with (
        pytest.raises(IntegrityError, match="approved_by_another"),
        acting(by=judged.manager, at=database_now(), action="test"),
    ):
        RuleSet.objects.filter(pk=made.pk).update(status="ACTIVE", approved_by=judged.manager)


def test_a_version_in_force_starts_in_the_shadow(judged: Judged) -> None:
    assert standing(judged.in_force()) == "SHADOW"


def test_going_live_is_an_act_of_its_own_by_a_pathologist(judged: Judged) -> None:
    made = judged.in_force()

    for role in (Role.QUALITY_MANAGER, Role.TECHNOLOGIST):
        with pytest.raises(NotAllowed):
            go_live(made, factories.principal(role))
    go_live(made, judged.pathologist)

    assert standing(made) == "LIVE"


def go_live(made: RuleSet, by) -> None:
    rulesets.go_live(rule_set=made, by=by, at=database_now(), reason="agreed with people")


def test_the_author_never_lets_it_release_even_as_a_pathologist(judged: Judged) -> None:
    made = judged.draft(by=judged.pathologist)
    versions.approve(version=made, by=judged.manager, at=database_now())
    versions.activate(version=made, by=judged.manager, at=database_now())

    with pytest.raises(versions.SamePerson):
        go_live(made, judged.pathologist)
    with (
        pytest.raises(IntegrityError, match="live_by_another"),
        acting(by=judged.pathologist, at=database_now(), action="test"),
    ):
        RuleSetMode.objects.create(
            rule_set=made,
            drafted_by=judged.pathologist,
            mode="LIVE",
            reason="",
            recorded_by=judged.pathologist,
            recorded_at=database_now(),
        )


@pytest.mark.parametrize("state", ["draft", "approved", "retired"])
def test_only_what_is_in_force_goes_live(judged: Judged, state: str) -> None:
    made = judged.draft()
    if state != "draft":
        versions.approve(version=made, by=judged.pathologist, at=database_now())
    if state == "retired":
        versions.activate(version=made, by=judged.pathologist, at=database_now())
        versions.retire(version=made, by=judged.pathologist, at=database_now(), reason="old")

    with pytest.raises(versions.VersionMoved):
        go_live(made, judged.pathologist)


@pytest.mark.parametrize("role", [Role.TECHNOLOGIST, Role.PATHOLOGIST, Role.QUALITY_MANAGER])
def test_anyone_in_the_laboratory_stops_it_and_the_record_says_who(
    judged: Judged, role: Role
) -> None:
    made, who = judged.live(), factories.principal(role)

    rulesets.suspend(rule_set=made, by=who, at=database_now(), reason="odd values")

    assert modes(made) == ["LIVE", "SUSPENDED"]
    assert made.modes.latest("id").recorded_by == who


@pytest.mark.parametrize("role", [Role.WARD_DOCTOR, Role.NURSE, Role.ADMINISTRATOR])
def test_nobody_else_stops_it(judged: Judged, role: Role) -> None:
    made = judged.live()

    with pytest.raises(NotAllowed):
        rulesets.suspend(rule_set=made, by=factories.principal(role), at=database_now(), reason="x")


def test_what_does_not_release_is_not_suspended_and_live_is_not_made_live(judged: Judged) -> None:
    made = judged.in_force()
    with pytest.raises(Conflict, match="nothing to suspend"):
        rulesets.suspend(rule_set=made, by=judged.technologist, at=database_now(), reason="x")
    go_live(made, judged.pathologist)
    with pytest.raises(Conflict, match="already"):
        go_live(made, judged.pathologist)


def test_a_suspended_set_is_brought_back_by_a_pathologist_only(judged: Judged) -> None:
    made = judged.live()
    rulesets.suspend(rule_set=made, by=judged.technologist, at=database_now(), reason="x")

    with pytest.raises(NotAllowed):
        go_live(made, judged.technologist)
    go_live(made, judged.pathologist)

    assert modes(made) == ["LIVE", "SUSPENDED", "LIVE"]


def test_the_next_version_has_to_be_let_live_anew(judged: Judged) -> None:
    judged.live()

    newer = judged.in_force()

    assert standing(newer) == "SHADOW"
    assert [(one.id, one.mode) for one in queries.in_force()] == [(newer.pk, "SHADOW")]


def test_what_a_version_asks_never_changes(judged: Judged) -> None:
    made = judged.draft()

    with pytest.raises(AppendOnlyError):
        RuleSet.objects.filter(pk=made.pk).update(rules=[])


def test_no_rule_set_ships() -> None:
    assert not RuleSet.objects.exists()
