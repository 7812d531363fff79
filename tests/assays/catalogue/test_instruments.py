"""An instrument acts under its own name, and its codes mean what two people said they mean."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from assays.actions import instruments, versions
from assays.models import Assay, CodeMapping, Instrument
from assays.queries import catalogue as held
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed
from tests import factories, laboratory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def loaded() -> None:
    laboratory.load_catalogue()


@pytest.fixture
def administrator():
    return factories.principal(Role.ADMINISTRATOR)


@pytest.fixture
def author():
    return factories.principal(Role.PATHOLOGIST)


@pytest.fixture
def approver():
    return factories.principal(Role.QUALITY_MANAGER)


@pytest.fixture
def instrument(administrator):
    return register(administrator)


def register(by, **changes) -> Instrument:
    given = {"code": "chem-1", "name": "Chemistry 1", "time_zone": "Europe/Paris", **changes}
    return instruments.register(by=by, at=database_now(), **given)


def mapped(instrument, code: str, analyte: str, *, author, approver) -> CodeMapping:
    made = instruments.draft_mapping(
        instrument=instrument,
        code=code,
        assay=Assay.objects.get(analyte__code=analyte),
        by=author,
        at=database_now(),
    )
    versions.approve(version=made, by=approver, at=database_now())
    versions.activate(version=made, by=approver, at=database_now())
    return made


def test_an_instrument_is_a_principal_that_may_send_and_nothing_else(instrument) -> None:
    principal = Principal.objects.get(pk=instrument.principal_id)

    allowed = {name for name in policy.permissions() if policy.can(principal, name)}
    assert (principal.kind, principal.name) == ("INSTRUMENT", "chem-1")
    assert allowed == {"assays.result.send", "patients.reading.send"}


def test_one_code_names_one_instrument(instrument, administrator) -> None:
    with pytest.raises(Conflict, match="The code chem-1 is taken"):
        register(administrator, code=" CHEM-1 ")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "chem 1"}, "code"),
        ({"code": "system:seed"}, "code"),
        ({"name": " "}, "name"),
        ({"protocol": "FAX"}, "protocol"),
        ({"peer_networks": ["10.1.0.0/99"]}, "peer_networks"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"driver": "lis2a2"}, "driver"),
        ({"protocol": "ASTM"}, "driver"),
        ({"protocol": "ASTM", "driver": "abbott-m3000"}, "driver"),
        ({"protocol": "HL7", "driver": "abbott-m2000"}, "driver"),
        ({"protocol": "ASTM", "driver": "lis2a2", "settings": {"oldest": 3}}, "settings"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(administrator, changes, field) -> None:
    with pytest.raises(InvalidInput) as refusal:
        register(administrator, **changes)

    assert refusal.value.field == field
    assert Instrument.objects.count() == 0


def test_who_does_not_manage_instruments_registers_none(author) -> None:
    with pytest.raises(NotAllowed):
        register(author)


def test_switched_off_it_may_do_nothing_and_switched_on_again_it_may(
    instrument, administrator
) -> None:
    def may_send() -> bool:
        principal = Principal.objects.get(pk=instrument.principal_id)
        return policy.can(principal, "assays.result.send")

    instruments.switch_off(
        instrument=instrument, by=administrator, at=database_now(), reason="Repair."
    )
    off = may_send()
    with pytest.raises(Conflict, match="switched off already"):
        instruments.switch_off(
            instrument=instrument, by=administrator, at=database_now(), reason="Repair."
        )
    instruments.switch_on(
        instrument=instrument, by=administrator, at=database_now(), reason="Repaired."
    )

    assert (off, may_send()) == (False, True)


def test_its_connection_is_changed_with_a_reason(administrator) -> None:
    analyser = register(administrator, protocol="ASTM", driver="lis2a2", settings={"sender": "X1"})

    changed = instruments.reconfigure(
        instrument=analyser,
        by=administrator,
        at=database_now(),
        reason="Moved to another room.",
        driver=" abbott-m2000 ",
        peer_networks=["10.2.0.0/24"],
        time_zone="UTC",
    )

    assert (changed.driver, changed.peer_networks) == ("abbott-m2000", ["10.2.0.0/24"])
    assert changed.settings == {"sender": "X1"}


def test_a_setting_that_cannot_be_is_named_with_its_value(administrator) -> None:
    analyser = register(administrator, protocol="ASTM", driver="lis2a2")

    with pytest.raises(InvalidInput, match=r"“units” cannot be “{'mg': 'm g'}”.*not a UCUM unit"):
        instruments.reconfigure(
            instrument=analyser,
            by=administrator,
            at=database_now(),
            reason="It writes mg.",
            driver="lis2a2",
            peer_networks=[],
            time_zone="UTC",
            settings={"units": {"mg": "m g"}},
        )

    analyser.refresh_from_db()
    assert analyser.settings == {}


def test_a_code_means_nothing_until_somebody_else_approved_it(instrument, author, approver) -> None:
    draft = instruments.draft_mapping(
        instrument=instrument,
        code="GLU",
        assay=Assay.objects.get(analyte__code="GLU"),
        by=author,
        at=database_now(),
    )
    seen = [held.current().mapping(instrument.pk, "GLU")]

    with pytest.raises(versions.SamePerson):
        versions.approve(version=draft, by=author, at=database_now())
    versions.approve(version=draft, by=approver, at=database_now())
    seen.append(held.current().mapping(instrument.pk, "GLU"))
    versions.activate(version=draft, by=approver, at=database_now())

    found = held.current().mapping(instrument.pk, "GLU")
    assert seen == [None, None]
    assert held.current().assays[found.assay_id].code == "GLU"


def test_a_code_is_one_instruments_own(instrument, administrator, author, approver) -> None:
    other = register(administrator, code="chem-2")
    mapped(instrument, "GLU", "GLU", author=author, approver=approver)

    assert held.current().mapping(other.pk, "GLU") is None


def test_a_corrected_mapping_takes_the_place_of_the_wrong_one(instrument, author, approver) -> None:
    wrong = mapped(instrument, "CA", "CL", author=author, approver=approver)
    right = mapped(instrument, "CA", "CA", author=author, approver=approver)

    found = held.current().mapping(instrument.pk, "CA")
    wrong.refresh_from_db()
    assert (found.mapping_id, found.number) == (right.pk, 2)
    assert (wrong.status, wrong.active_until) == ("RETIRED", right.active_from)


def test_the_database_refuses_a_mapping_approved_by_its_author(instrument, author) -> None:
    draft = instruments.draft_mapping(
        instrument=instrument,
        code="GLU",
        assay=Assay.objects.get(analyte__code="GLU"),
        by=author,
        at=database_now(),
    )

    with (
        pytest.raises(DatabaseError, match="approved_by_another"),
        transaction.atomic(),
        acting(by=author, at=database_now(), action="test"),
    ):
        CodeMapping.objects.filter(pk=draft.pk).update(status="APPROVED", approved_by=author)
