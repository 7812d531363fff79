"""What kind of system an instrument is, and what only a hospital's own may send."""

from __future__ import annotations

import pytest
from django.db import transaction

from assays.actions import instruments
from assays.instruments.hl7.judging import HOSPITAL, judge
from assays.models import Instrument
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput
from labsys.lib.records import AppendOnlyError
from tests import factories
from tests.assays import laboratory
from tests.assays.hospital.messages import adt, msh, obr, oml, orc, pid, pv1, written


def register(**given: str) -> Instrument:
    fields = {"code": "wards", "name": "Ward system", "protocol": "HL7", "driver": "hl7-oru-oul"}
    by = factories.principal(Role.ADMINISTRATOR)
    return instruments.register(by=by, at=database_now(), **{**fields, **given})


@pytest.mark.parametrize(
    "content", [adt("A01", pid(), pv1()), adt("A08", pid()), oml(pid(), orc(), obr())]
)
def test_who_somebody_is_and_what_is_ordered_is_taken_from_hospitals_alone(content: bytes) -> None:
    of_analyser, of_hospital = judge(content), judge(content, is_hospital=True)

    assert [fault.code for fault in of_analyser.faults] == ["200"]
    assert of_hospital.is_accepted


@pytest.mark.parametrize("event", ["A19", "A09", "P03", "Z99"])
def test_an_event_that_is_not_known_is_refused_by_its_name(event: str) -> None:
    found = judge(adt(event, pid()), is_hospital=True)

    assert [fault.code for fault in found.faults] == ["201"]


@pytest.mark.parametrize(("kind", "events"), HOSPITAL.items())
def test_a_message_without_the_segments_it_is_about_is_refused(
    kind: str, events: dict[str, tuple[str, ...]]
) -> None:
    for event in events:
        found = judge(written(msh(f"{kind}^{event}"), "ZZZ|1"), is_hospital=True)
        assert {fault.code for fault in found.faults} == {"100"}


@pytest.mark.django_db
def test_a_hospital_s_system_acts_under_a_role_of_its_own() -> None:
    made = register(kind="HOSPITAL")

    assert made.kind == "HOSPITAL"
    assert made.principal.roles == {Role.HOSPITAL_SYSTEM}
    assert register(code="chem-1").principal.roles == {Role.INSTRUMENT}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": "HOSPITAL", "protocol": "ASTM", "driver": "lis2a2"}, "protocol"),
        ({"kind": "HOSPITAL", "protocol": "HTTP", "driver": ""}, "protocol"),
        ({"kind": "PHARMACY"}, "kind"),
    ],
)
def test_a_kind_that_cannot_be_is_refused(given: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        register(**given)

    assert refusal.value.field == field


@pytest.mark.django_db
def test_an_analyser_never_becomes_a_hospital_s_system() -> None:
    made = register()

    with pytest.raises(AppendOnlyError), transaction.atomic(), laboratory.setting_up():
        Instrument.objects.filter(pk=made.pk).update(kind="HOSPITAL")
