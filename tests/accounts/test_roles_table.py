"""The table of roles says what design and security decided, whatever else is added to it."""

from __future__ import annotations

import pytest

from labsys.accounts.roles import (
    EXCLUSIVE,
    GRANTS,
    LABELS,
    MACHINES,
    PURPOSES,
    REACHES,
    Role,
    parse,
)
from labsys.lib import policy

CLINICAL = ("patients.person", "patients.encounter", "patients.intervention", "patients.exposure",
    "patients.pregnancy", "patients.quarantine.", "assays.order", "assays.specimen",
    "assays.result", "assays.transmission", "consent.")  # fmt: skip
LOOKING = (".view", ".read", ".gate")


def held(role: Role) -> set[str]:
    return {permission for permission, table in GRANTS.items() if role in table}


def test_every_role_is_named_and_described() -> None:
    assert set(LABELS) == set(PURPOSES) == set(Role)


def test_every_reach_is_described_and_registered() -> None:
    used = {reach for table in GRANTS.values() for reach in table.values()} - {policy.ANY}

    assert used == set(REACHES) == policy.reach_names()


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR, Role.OUTSIDE_SCIENTIST])
def test_who_looks_after_the_system_sees_nothing_clinical(role: Role) -> None:
    assert not [name for name in held(role) if name.startswith(CLINICAL)]


def test_an_auditor_writes_nothing() -> None:
    assert all(name.endswith(LOOKING) for name in held(Role.AUDITOR))


def test_an_instrument_only_delivers() -> None:
    assert held(Role.INSTRUMENT) == {"assays.result.send", "patients.reading.send"}


def test_a_hospital_s_system_says_who_people_are_and_orders_and_reads_nothing() -> None:
    assert held(Role.HOSPITAL_SYSTEM) == {
        "patients.person.register",
        "patients.person.amend",
        "patients.person.link",
        "patients.encounter.record",
        "assays.order.place",
        "assays.order.cancel",
        "assays.specimen.identify",
        "assays.result.send",
    }


def test_the_gate_asks_and_lets_pass_and_reads_no_reason() -> None:
    assert held(Role.GATE_OFFICER) == {
        "consent.clearance.gate",
        "consent.departure.view",
        "consent.gate.log",
        "consent.gate.scan",
        "consent.pass.issue",
        "consent.posting.record",
        "consent.posting.return",
        "consent.posting.view",
        "consent.waiver.withdraw",
    }


def test_a_phlebotomist_sees_no_result_and_only_who_is_to_be_collected_from() -> None:
    assert not [name for name in held(Role.PHLEBOTOMIST) if name.startswith("assays.result")]
    assert GRANTS["patients.person.view"][Role.PHLEBOTOMIST] == "to_collect"


def test_the_bench_does_not_release_or_correct() -> None:
    assert not held(Role.TECHNOLOGIST) & {"assays.result.release", "assays.result.correct"}


def test_psychological_answers_are_the_psychologists_alone() -> None:
    for permission in ("consent.psychological.read", "consent.psychological.record"):
        assert set(GRANTS[permission]) == {Role.PSYCHOLOGIST}
    assert not [name for name in held(Role.PSYCHOLOGIST) if name.startswith("assays.result")]


def test_screening_staff_see_no_value_behind_an_outcome() -> None:
    assert not held(Role.SCREENING_OFFICER) & {
        "consent.psychological.read",
        "consent.medical.read",
        "assays.result.view",
    }


def test_wards_reach_the_patients_in_their_care_and_visitors_the_granted_ones() -> None:
    reading = {
        name: table
        for name, table in GRANTS.items()
        if name.startswith(CLINICAL) and name.endswith(LOOKING)
    }
    for role, reaches in (
        (Role.WARD_DOCTOR, {"in_care"}),
        (Role.NURSE, {"in_care"}),
        (Role.VISITING_CLINICIAN, {"granted"}),
        (Role.PARTICIPANT, {"own", "guarded"}),
    ):
        assert {table[role] for table in reading.values() if role in table} == reaches


def test_a_guardian_reaches_what_was_signed_for_a_minor_and_withdrawing_alone() -> None:
    assert {name for name, table in GRANTS.items() if "guarded" in table.values()} == {
        "consent.waiver.view",
        "consent.waiver.withdraw",
    }


def test_only_administrators_manage_logins_and_they_alone_hold_that_role() -> None:
    assert set(GRANTS["accounts.user.manage"]) == {Role.ADMINISTRATOR, "system:seed"}
    assert {Role.ADMINISTRATOR, Role.AUDITOR} | MACHINES == EXCLUSIVE


@pytest.mark.parametrize(
    "table", ["a.b.c nurse\na.b.c auditor", "a.b.c nobody", "a.b.c nurse@in_care wizard"]
)
def test_a_table_that_makes_no_sense_does_not_load(table: str) -> None:
    with pytest.raises(ValueError, match="."):
        parse(table)
