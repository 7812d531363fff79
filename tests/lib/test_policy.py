"""Laws of the policy, for any table of roles: what nobody granted is refused, denial beats grants."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from django.contrib.sessions.models import Session
from django.db.models import Q
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labsys.accounts.models import Principal, RoleGrant
from labsys.accounts.roles import EXCLUSIVE, GRANTS, Role
from labsys.lib import policy
from labsys.lib.errors import NotAllowed, NotFound
from tests import factories

ROLES = ["red", "green", "blue", "alone", "apart"]
ONES = frozenset({"alone", "apart"})
PERMISSIONS = ["thing.see", "thing.do", "other.see"]
REACHES = [policy.ANY, "even", "first"]


@dataclass(frozen=True)
class Somebody:
    roles: frozenset[str]
    is_active: bool = True
    pk: int = 1


@contextmanager
def in_force(grants: policy.Grants, exclusive: frozenset[str] = frozenset()) -> Iterator[None]:
    policy.install(grants, exclusive=exclusive)
    try:
        yield
    finally:
        policy.install(GRANTS, exclusive=EXCLUSIVE)


tables = st.fixed_dictionaries(
    {
        name: st.dictionaries(st.sampled_from(ROLES), st.sampled_from(REACHES))
        for name in PERMISSIONS
    }
)
role_sets = st.frozensets(st.sampled_from(ROLES))
Table = Mapping[str, Mapping[str, str]]


@given(tables, role_sets)
def test_an_unknown_permission_is_an_error_and_never_an_answer(
    table: Table, roles: frozenset[str]
) -> None:
    with in_force(table):
        for ask in (policy.reaches, policy.can, policy.check):
            with pytest.raises(LookupError, match=r"thing\.undo"):
                ask(Somebody(roles), "thing.undo")


@given(tables, role_sets)
def test_what_nobody_granted_is_refused(table: Table, roles: frozenset[str]) -> None:
    with in_force(table):
        for name in PERMISSIONS:
            granted = bool(roles & set(table[name]))
            assert policy.can(Somebody(roles), name) == granted


@given(tables, role_sets)
def test_nobody_and_the_inactive_may_nothing(table: Table, roles: frozenset[str]) -> None:
    with in_force(table):
        for name in PERMISSIONS:
            assert not policy.can(None, name)
            assert not policy.can(Somebody(roles, is_active=False), name)


@given(tables, role_sets, role_sets)
def test_more_roles_never_take_away_unless_one_is_held_alone(
    table: Table, roles: frozenset[str], more: frozenset[str]
) -> None:
    with in_force(table):
        for name in PERMISSIONS:
            fewer = policy.reaches(Somebody(roles), name)
            assert fewer <= policy.reaches(Somebody(roles | more), name)


@given(tables, role_sets)
def test_denial_beats_every_grant(table: Table, roles: frozenset[str]) -> None:
    with in_force(table, ONES):
        for name in PERMISSIONS:
            denied = any(role not in table[name] for role in roles & ONES)
            reaches = policy.reaches(Somebody(roles), name)
            if denied:
                assert reaches == frozenset()
            elif roles & ONES:  # and another role widens no reach
                assert reaches == {table[name][role] for role in roles & ONES}
            elif not roles & ONES:
                assert policy.can(Somebody(roles), name) == bool(roles & set(table[name]))


@given(tables, role_sets)
def test_an_act_with_reaches_cannot_be_checked_without_its_object(
    table: Table, roles: frozenset[str]
) -> None:
    with in_force(table):
        for name in PERMISSIONS:
            if set(table[name].values()) <= {policy.ANY}:
                continue
            with pytest.raises(LookupError, match="give the object"):
                policy.check(Somebody(roles), name)


@given(st.frozensets(st.sampled_from(Role)))
def test_in_the_real_table_who_looks_after_the_system_gains_nothing(held: frozenset[Role]) -> None:
    for alone in held & EXCLUSIVE:
        mine = {name for name, table in GRANTS.items() if alone in table}
        allowed = {name for name in GRANTS if policy.can(Somebody(held), name)}
        assert allowed <= mine


# Over real rows: role grants, each "concerning" the principal who holds it.


@pytest.fixture
def reachable(db: None, monkeypatch: pytest.MonkeyPatch) -> list[RoleGrant]:
    """Six rows of a table that two limited reaches cover in part."""
    monkeypatch.setattr(policy, "_reaches", dict(policy._reaches))
    monkeypatch.setattr(policy, "_models", dict(policy._models))
    rows = [factories.principal(Role.NURSE).role_grants.get() for _ in range(6)]
    ids = sorted(row.principal_id for row in rows)
    policy.register_reach("even", lambda principal, path: Q(**{f"{path}__in": ids[::2]}))
    policy.register_reach("first", lambda principal, path: Q(**{f"{path}__in": ids[:3]}))
    policy.register_model(RoleGrant, view="thing.see", person="principal")
    policy.register_model(Principal, view="other.see", person=None)
    return rows


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(table=tables, roles=role_sets)
def test_a_list_shows_exactly_what_can_be_seen_one_by_one(
    reachable: list[RoleGrant], table: Table, roles: frozenset[str]
) -> None:
    who = Somebody(roles)
    with in_force(table, ONES):
        for name in ("thing.see", "thing.do"):
            listed = set(policy.scope(who, RoleGrant.objects.all(), name))
            single = {row for row in reachable if policy.can(who, name, row)}
            assert listed & set(reachable) == single


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(table=tables, roles=role_sets)
def test_a_table_about_nobody_opens_to_the_reach_any_alone(
    reachable: list[RoleGrant], table: Table, roles: frozenset[str]
) -> None:
    who, person = Somebody(roles), reachable[0].principal
    with in_force(table):
        everything = policy.ANY in policy.reaches(who, "other.see")
        assert policy.scope(who, Principal.objects.all()).exists() == everything
        assert policy.can(who, "other.see", person) == everything


@pytest.mark.django_db
def test_out_of_reach_looks_like_absent_and_no_right_is_said_so(
    reachable: list[RoleGrant],
) -> None:
    table = {"thing.see": {"red": "first"}, "thing.do": {}, "other.see": {}}
    with in_force(table):
        policy.check(Somebody(frozenset({"red"})), "thing.see", reachable[0])
        with pytest.raises(NotFound):
            policy.check(Somebody(frozenset({"red"})), "thing.see", reachable[5])
        with pytest.raises(NotAllowed):
            policy.check(Somebody(frozenset({"green"})), "thing.see", reachable[0])
        assert not policy.can(Somebody(frozenset({"red"})), "thing.see", RoleGrant())


def test_an_unregistered_table_is_never_listed() -> None:
    with pytest.raises(LookupError, match="not registered"):
        policy.scope(None, Session.objects.all())
