"""What a hospital orders is ordered here, once, for the right person, under its own numbers."""

from __future__ import annotations

import pytest

from assays.actions import orders
from assays.models import Assay, Dispatch, Order, OrderNumber, OrderSource, Panel
from assays.rules.order_questions import AnswerKind
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from tests import factories
from tests import laboratory as shipped
from tests.assays import laboratory
from tests.assays.hospital.messages import adt, obr, oml, orc, pid, pv1
from tests.assays.hospital.told import (
    accept,
    end,
    ends,
    hospital,
    now,
    panel_mapped,
    person,
    tell,
)
from tests.assays.interpreting import plain
from tests.patients import people

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def balanced():  # type: ignore[no-untyped-def]
    shipped.load_catalogue()
    yield
    plain.check_balanced()


@pytest.fixture
def wards():  # type: ignore[no-untyped-def]
    made = hospital()
    panel_mapped(made, "CBC", Panel.objects.get(code="CBC"))
    for code in ("K", "NA"):
        laboratory.map_code(made, code, assay(code))
    tell(made, adt("A04", pid()))
    return made


def assay(code: str) -> Assay:
    found: Assay = Assay.objects.filter(analyte__code=code).order_by("pk").first()
    return found


def the_order() -> Order:
    return Order.objects.get()


def codes(order: Order) -> set[str]:
    return set(order.items.values_list("assay__analyte__code", flat=True))


def sent(kind: str = "ORDER_ANSWER") -> list[list[str]]:
    """The segments of what was queued for the hospital, in the order it was queued."""
    rows = Dispatch.objects.filter(kind=kind).order_by("pk")
    return [bytes(one.content).decode().rstrip("\r").split("\r") for one in rows]


def test_a_line_is_an_order_under_the_hospital_s_number_and_ours(wards) -> None:
    (message,) = tell(wards, oml(pid(), orc(placer="P1^WARDS", group="G1"), obr("K^Potassium^L")))

    assert ends(message) == ["DONE"]
    order = the_order()
    assert (order.person, codes(order), order.status) == (person("1001"), {"K"}, "ACTIVE")
    assert (order.requester, order.recorded_by) == (wards.principal, wards.principal)
    number = OrderNumber.objects.get()
    assert (number.placer, number.filler, number.group) == ("P1^WARDS", f"{order.pk}-1", "G1")
    assert [one.order_item for one in number.items.all()] == list(order.items.all())
    assert order.specimens.get().status == "EXPECTED"
    assert OrderSource.objects.get().requester_text == "Dr Ida Stone"


def test_a_panel_is_ordered_by_its_own_mapping(wards) -> None:
    tell(wards, oml(pid(), orc(), obr("CBC")))

    order = the_order()
    assert len(codes(order)) > 3
    assert OrderNumber.objects.get().items.count() == order.items.count()


def test_lines_of_one_message_that_belong_together_are_one_order(wards) -> None:
    tell(
        wards,
        oml(pid(), orc(placer="P1", group="G"), obr("K"), orc(placer="P2", group="G"), obr("NA")),
    )

    assert codes(the_order()) == {"K", "NA"}
    assert [one.filler for one in OrderNumber.objects.order_by("pk")] == [
        f"{the_order().pk}-1",
        f"{the_order().pk}-2",
    ]


def test_lines_of_another_urgency_are_an_order_of_their_own(wards) -> None:
    tell(wards, oml(pid(), orc(placer="P1"), obr("K", priority="S"), orc(placer="P2"), obr("NA")))

    assert sorted(Order.objects.values_list("priority", flat=True)) == [0, 3]


@pytest.mark.parametrize(
    ("said", "priority"), [("S", 0), ("A", 1), ("R", 3), ("", 3), ("T", 2), ("ZZ", 2)]
)
def test_how_urgent_it_is_is_never_less_than_was_asked(wards, said: str, priority: int) -> None:
    tell(wards, oml(pid(), orc(), obr("K", priority=said)))

    assert the_order().priority == priority


def test_an_older_order_message_is_an_order_too(wards) -> None:
    assert end(wards, oml(pid(), orc(), obr("K"), kind="ORM^O01")) == "DONE"


def test_the_requester_is_whose_login_the_connection_says(wards) -> None:
    doctor = factories.principal(Role.WARD_DOCTOR, name="ida")
    plain.reset(wards, default_species="human", requesters={"D7": "ida"})

    tell(wards, oml(pid(), orc(), obr("K")))

    assert (the_order().requester, the_order().recorded_by) == (doctor, wards.principal)


def test_the_order_is_of_the_stay_they_are_in(wards) -> None:
    ward = people.ward()
    tell(wards, adt("A01", pid(), pv1(ward.code), sent="20260301121000"))

    tell(wards, oml(pid(), orc(), obr("K")))

    assert the_order().encounter.location == ward


def test_a_placer_number_orders_once(wards) -> None:
    text = oml(pid(), orc(), obr("K"), control="O1")

    first, again, anew = tell(wards, text, text, oml(pid(), orc(), obr("K"), control="O2"))

    assert (ends(first), again.status, ends(anew)) == (["DONE"], "DUPLICATE", ["NOTHING"])
    assert Order.objects.count() == 1


def test_a_placer_number_of_something_else_is_held(wards) -> None:
    tell(wards, oml(pid(), orc(), obr("K")), adt("A04", pid("2", name="Stone^Ida", born="1961")))

    assert end(wards, oml(pid(), orc(), obr("NA"))) == "ORDER_CONFLICT"
    other = oml(pid("2", name="Stone^Ida", born="1961"), orc(), obr("K"))
    assert end(wards, other) == "ORDER_CONFLICT"


def test_the_same_test_under_another_number_is_ordered_again(wards) -> None:
    tell(wards, oml(pid(), orc(placer="P1"), obr("K")), oml(pid(), orc(placer="P2"), obr("K")))

    _first, second = Order.objects.order_by("pk")
    assert "nobody was asked: K (order" in second.events.get().reason


def test_a_code_that_means_nothing_waits_for_its_mapping_and_costs_no_other_line(wards) -> None:
    (message,) = tell(
        wards, oml(pid(), orc(placer="P1"), obr("K"), orc(placer="P2"), obr("LIPIDS"))
    )
    assert ends(message) == ["DONE", "UNKNOWN_ORDER_CODE"]
    assert message.status == "PARTLY_HELD"

    panel_mapped(wards, "LIPIDS", Panel.objects.get(code="LIPID"))

    assert now(message) == ["DONE", "DONE"]
    assert codes(the_order()) > {"K"}
    message.refresh_from_db()
    assert message.status == "FILED"


def test_an_order_for_somebody_unknown_waits_for_the_patient(wards) -> None:
    (message,) = tell(wards, oml(pid("77", name="Ros^Ada"), orc(), obr("K")))
    assert ends(message) == ["UNKNOWN_PATIENT"]

    tell(wards, adt("A04", pid("77", name="Ros^Ada")))

    assert now(message) == ["DONE"]
    assert the_order().person == person("77")


@pytest.mark.parametrize(
    "changed", [{"name": "Stone^Ida"}, {"born": "19610101"}, {"sex": "M"}, {"f35": "dog"}]
)
def test_an_order_that_names_somebody_else_in_anything_is_never_placed(
    wards, changed: dict[str, str]
) -> None:
    found = end(wards, oml(pid(**changed), orc(), obr("K")))

    assert found in ("PATIENT_CONFLICT", "OTHER_SPECIES")
    assert not Order.objects.exists()


def test_an_order_with_a_new_name_is_placed_once_the_name_is_told(wards) -> None:
    (message,) = tell(wards, oml(pid(name="Vega-Ros^Lyra"), orc(), obr("K")))
    assert ends(message) == ["PATIENT_CONFLICT"]

    tell(wards, adt("A08", pid(name="Vega-Ros^Lyra"), sent="20260301130000"))

    assert now(message) == ["DONE"]


def test_an_order_for_an_entry_that_was_joined_is_for_the_one_that_stays(wards) -> None:
    tell(wards, adt("A04", pid("2002")))
    merge = adt("A40", pid("1001"), "MRG|2002^^^STATION^MR", sent="20260302120000")
    tell(wards, merge)

    tell(wards, oml(pid("2002"), orc(), obr("K")))

    assert the_order().person == person("1001")


def test_a_cancellation_cancels_its_line_alone(wards) -> None:
    tell(wards, oml(pid(), orc(placer="P1"), obr("K"), orc(placer="P2"), obr("NA")))

    assert end(wards, oml(pid(), orc("CA", "P1"), obr("K"))) == "DONE"

    order = the_order()
    assert dict(order.items.values_list("assay__analyte__code", "status")) == {
        "K": "CANCELLED",
        "NA": "ORDERED",
    }
    assert end(wards, oml(pid(), orc("CA", "P1"), obr("K"))) == "NOTHING"


def test_a_cancellation_that_comes_before_the_order_waits_for_it(wards) -> None:
    (message,) = tell(wards, oml(pid(), orc("CA", "P1"), obr("K")))
    assert ends(message) == ["UNKNOWN_ORDER"]

    tell(wards, oml(pid(), orc("NW", "P1"), obr("K")))

    assert now(message) == ["DONE"]
    assert the_order().status == "REVOKED"


def test_a_replacement_cancels_the_old_line_and_orders_the_new_one(wards) -> None:
    tell(wards, oml(pid(), orc(placer="P1"), obr("K")))

    (message,) = tell(wards, oml(pid(), orc("RP", "P1"), obr("K"), orc("RO", "P2"), obr("NA")))

    assert ends(message) == ["DONE", "DONE"]
    assert sorted(Order.objects.values_list("status", flat=True)) == ["ACTIVE", "REVOKED"]


def test_a_change_of_what_is_ordered_is_left_to_a_person(wards) -> None:
    tell(wards, oml(pid(), orc(placer="P1"), obr("K")))

    assert end(wards, oml(pid(), orc("XO", "P1"), obr("K"))) == "NOTHING"
    assert end(wards, oml(pid(), orc("XO", "P1"), obr("NA"))) == "ORDER_CONFLICT"


def question(is_required: bool) -> None:
    orders.ask(
        assay=assay("K"),
        code="DIALYSIS",
        text="On dialysis?",
        kind=AnswerKind.TEXT,
        is_required=is_required,
        by=factories.principal(Role.QUALITY_MANAGER),
        at=database_now(),
    )


def test_what_has_to_be_answered_is_held_until_it_comes_with_its_answer(wards) -> None:
    question(is_required=True)

    (message,) = tell(wards, oml(pid(), orc(), obr("K")))
    assert ends(message) == ["ANSWER_WANTED"]
    assert "DIALYSIS" in message.items.get().hold_reason

    assert end(wards, oml(pid(), orc(), obr("K"), "OBX|1|ST|DIALYSIS||no")) == "DONE"
    assert the_order().answers.get().value == "no"


def test_an_answer_that_nobody_asked_for_is_kept_with_the_question(wards) -> None:
    tell(wards, oml(pid(), orc(), obr("K"), "NTE|1||drawn late", "OBX|1|ST|DIET||salt free"))

    assert the_order().clinical_question == "drawn late\nDIET: salt free"


def test_the_hospital_is_told_what_became_of_each_line_where_it_asks(wards) -> None:
    text = oml(
        pid(), orc(placer="P1^W", group="G"), obr("K^Potassium^L"), orc(placer="P2"), obr("X"),
        control="O7", f16="AL",
    )  # fmt: skip

    (message,) = tell(wards, text)

    (answer,) = sent()
    assert answer[0].split("|")[8] == "ORL^O22^ORL_O22"
    assert answer[1] == "MSA|AA|O7"
    filler = OrderNumber.objects.get().filler
    assert answer[2] == f"ORC|OK|P1^W|{filler}|G|IP"
    assert answer[3] == f"OBR|1|P1^W|{filler}|K^Potassium^L"
    assert answer[4] == "ORC|SC|P2|||HD"
    assert answer[6].startswith("NTE|1||The code “X” has no approved mapping")

    panel_mapped(wards, "X", Panel.objects.get(code="LIPID"))
    assert now(message) == ["DONE", "DONE"]
    assert [one[2].split("|")[1:3] for one in sent()] == [["OK", "P1^W"], ["OK", "P2"]]


def test_a_hospital_that_asks_for_nothing_is_told_nothing(wards) -> None:
    tell(wards, oml(pid(), orc(), obr("K")))

    assert sent() == []


def test_a_cancellation_is_answered_by_whether_it_was_done(wards) -> None:
    plain.reset(wards, default_species="human", order_answers="always")
    tell(
        wards,
        oml(pid(), orc(placer="P1"), obr("K"), kind="ORM^O01"),
        oml(pid(), orc("CA", "P1"), obr("K"), kind="ORM^O01"),
    )

    assert [one[0].split("|")[8] for one in sent()] == ["ORR^O02^ORR_O02"] * 2
    assert [one[2].split("|")[1] for one in sent()] == ["OK", "CR"]


def test_whoever_made_sure_lets_an_order_be_placed(wards) -> None:
    (message,) = tell(wards, oml(pid(name="Vega-Ros^Lyra"), orc(), obr("K")))

    accept(message)

    assert ends(message) == ["DONE"]
