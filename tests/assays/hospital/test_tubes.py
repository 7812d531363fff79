"""A tube that the hospital labels itself is found by its number, and never taken for another."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assays.actions import catalogue, versions
from assays.models import Instrument, Order, OrderNotice, Panel, Result, SpecimenIdentifier
from assays.queries import specimens as queries
from assays.rules import accession
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from tests import factories
from tests import laboratory as shipped
from tests.assays import laboratory
from tests.assays.hospital.messages import adt, obr, oml, orc, pid
from tests.assays.hospital.test_orders import assay
from tests.assays.hospital.told import end, hospital, panel_mapped, tell
from tests.assays.interpreting import plain
from tests.assays.senders import Sender, item

pytestmark = pytest.mark.django_db
OTHER = {"number": "2", "name": "Stone^Ida", "born": "1961"}


def hospital_here(**settings: str) -> Instrument:
    shipped.load_catalogue()
    made = hospital(**settings)
    for code in ("K", "NA", "HGB"):
        laboratory.map_code(made, code, assay(code))
    tell(made, adt("A04", pid()), adt("A04", pid(**OTHER)))
    return made


@pytest.fixture
def wards() -> Instrument:
    return hospital_here()


def order(placer: str, code: str, *tubes: str, **whose: str) -> bytes:
    return oml(pid(**whose), orc(placer=placer), obr(code), *(f"SPM|1|{one}" for one in tubes))


def registered() -> list[tuple[str, str, int]]:
    rows = SpecimenIdentifier.objects.order_by("pk")
    return [(one.system, one.value, one.specimen.order_id) for one in rows]


def notice() -> str:
    return str(OrderNotice.objects.get(kind="TUBE").text)


def test_a_tube_of_the_order_is_scanned_by_the_hospital_s_number(wards) -> None:
    tell(wards, order("P1", "K", "T-77"))

    made = Order.objects.get()
    found = queries.scanned("T-77", principal=factories.principal(Role.TECHNOLOGIST))
    assert found == made.specimens.get()
    assert registered() == [(wards.code, "T-77", made.pk)]
    assert not OrderNotice.objects.exists()


def test_who_numbers_the_tube_is_kept_with_it(wards) -> None:
    plain.reset(wards, default_species="human", authorities={"9.9": "WARDS"})
    tell(wards, order("P1", "K", "T-77&9.9&ISO"))

    assert [one[:2] for one in registered()] == [("WARDS", "T-77")]


def test_a_result_under_the_hospital_s_number_reaches_the_specimen(wards) -> None:
    tell(wards, order("P1", "K", "T-77"))
    made = Order.objects.get().specimens.get()
    drawn = laboratory.moment(ago=timedelta(hours=2))
    shipped.collect(made, by=factories.principal(Role.TECHNOLOGIST), collected_at=drawn)
    analyser = laboratory.instrument({"POT": assay("K")})

    sent = item(made, "POT", "4.1", unit="mmol/L") | {
        "specimen": {"system": wards.code, "value": "T-77"}
    }
    Sender(analyser, laboratory.key_of(analyser), {}).send(sent)

    assert Result.objects.get().specimen == made


def test_lines_that_share_their_tube_register_it_once(wards) -> None:
    text = oml(
        pid(),
        *(orc(placer="P1", group="G"), obr("K"), "SPM|1|T-77"),
        *(orc(placer="P2", group="G"), obr("NA"), "SPM|1|T-77"),
    )
    tell(wards, text)

    assert registered() == [(wards.code, "T-77", Order.objects.get().pk)]
    assert not OrderNotice.objects.exists()


def test_a_tube_of_another_patient_holds_the_order(wards) -> None:
    tell(wards, order("P1", "K", "T-77"))

    assert end(wards, order("P2", "K", "T-77", **OTHER)) == "TUBE_CONFLICT"
    assert Order.objects.count() == 1


def test_a_tube_that_looks_like_a_number_of_ours_holds_the_order(wards) -> None:
    assert end(wards, order("P1", "K", accession.make(2026, 77))) == "TUBE_CONFLICT"


def test_a_tube_of_an_earlier_order_of_the_same_patient_is_left_to_a_person(wards) -> None:
    tell(wards, order("P1", "K", "T-77"), order("P2", "NA", "T-77"))

    first, second = Order.objects.order_by("pk")
    assert registered() == [(wards.code, "T-77", first.pk)]
    assert OrderNotice.objects.get().order == second
    assert "T-77 of" in notice()


def test_a_second_tube_of_one_specimen_is_left_to_a_person(wards) -> None:
    text = oml(
        pid(),
        *(orc(placer="P1", group="G"), obr("K"), "SPM|1|T-1"),
        *(orc(placer="P2", group="G"), obr("NA"), "SPM|1|T-2"),
    )
    tell(wards, text)

    assert [one[1] for one in registered()] == ["T-1"]
    assert "is tube T-1 already" in notice()


def test_which_of_several_tubes_is_which_is_never_guessed(wards) -> None:
    tell(wards, order("P1", "K", "T-1", "T-2"))

    assert registered() == []
    assert "names several" in notice()


def of_two_kinds() -> Panel:
    """A panel whose tests are measured in two kinds of specimen."""
    drafter = factories.principal(Role.QUALITY_MANAGER)
    approver = factories.principal(Role.PATHOLOGIST)
    draft = catalogue.draft_panel(
        code="TWO",
        name="Of two kinds",
        assays=[assay("K"), assay("HGB")],
        by=drafter,
        at=database_now(),
        note="for a test",
    )
    versions.approve(version=draft, by=approver, at=database_now())
    versions.activate(version=draft, by=approver, at=database_now())
    return draft.panel


def test_one_tube_for_several_specimens_is_left_to_a_person(wards) -> None:
    panel_mapped(wards, "ALL", of_two_kinds())
    tell(wards, order("P1", "ALL", "T-1"))

    assert registered() == []
    assert "2 specimens" in notice()


@pytest.mark.parametrize(("where", "value"), [("ORC-2", "P1"), ("ORC-4", "G1"), ("none", None)])
def test_a_hospital_says_where_it_writes_its_tubes(where: str, value: str | None) -> None:
    wards = hospital_here(tubes=where)

    tell(wards, oml(pid(), orc(placer="P1^W", group="G1^W"), obr("K"), "SPM|1|T-9"))

    assert [one[:2] for one in registered()] == ([("W", value)] if value else [])
