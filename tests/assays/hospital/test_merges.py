"""Two entries are one person because a hospital says so, and a wrong person never is."""

from __future__ import annotations

import pytest
from django.urls import reverse

from labsys.accounts.roles import Role
from labsys.audit.models import ReadEvent
from patients.models import PersonLink
from patients.queries import canonical
from tests import factories
from tests.assays.hospital.messages import adt, pid, pv1
from tests.assays.hospital.told import accept, end, ends, hospital, now, person, tell
from tests.assays.interpreting import plain
from tests.clients import client_of
from tests.patients import people

pytestmark = pytest.mark.django_db
OTHER = "MRG|2002^^^STATION^MR"


@pytest.fixture(autouse=True)
def balanced():  # type: ignore[no-untyped-def]
    yield
    plain.check_balanced()


@pytest.fixture
def wards():  # type: ignore[no-untyped-def]
    return hospital()


@pytest.fixture
def both(wards):  # type: ignore[no-untyped-def]
    tell(wards, adt("A04", pid("1001")), adt("A04", pid("2002", name="Vega-Ros^Lyra")))
    return wards


def are_one() -> bool:
    return canonical(person("2002")) == canonical(person("1001")) == person("1001")


def test_a_merge_reads_the_entry_that_is_given_up_as_the_other(both) -> None:
    assert end(both, adt("A40", pid("1001"), OTHER, sent="20260302120000")) == "DONE"

    assert are_one()
    assert PersonLink.objects.get().recorded_by == both.principal
    assert end(both, adt("A40", pid("1001"), OTHER, sent="20260302130000")) == "NOTHING"


def test_a_merge_is_undone_and_an_older_one_does_not_join_them_again(both) -> None:
    tell(both, adt("A40", pid("1001"), OTHER, sent="20260302120000"))
    part = adt("A37", pid("1001"), pid("2002", name="Vega-Ros^Lyra"), sent="20260303120000")

    assert end(both, part) == "DONE"
    assert canonical(person("2002")) == person("2002")
    assert end(both, adt("A40", pid("1001"), OTHER, sent="20260302120500")) == "OUTDATED"
    assert canonical(person("2002")) == person("2002")


def test_two_entries_are_joined_without_a_merge_segment(both) -> None:
    found = end(
        both, adt("A24", pid("1001"), pid("2002", name="Vega-Ros^Lyra"), sent="20260302120000")
    )

    assert found == "DONE"
    assert are_one()


def test_a_merge_that_comes_before_the_patient_waits(wards) -> None:
    tell(wards, adt("A04", pid("1001")))
    (message,) = tell(wards, adt("A40", pid("1001"), OTHER, sent="20260302120000"))
    assert ends(message) == ["MERGE_WAITS"]

    tell(wards, adt("A04", pid("2002"), sent="20260301110000"))

    assert now(message) == ["DONE"]
    assert are_one()


def test_a_merge_waits_for_the_entry_that_stays_too(wards) -> None:
    tell(wards, adt("A04", pid("2002")))
    (message,) = tell(wards, adt("A40", pid("1001"), OTHER, sent="20260302120000"))
    assert ends(message) == ["MERGE_WAITS"]

    tell(wards, adt("A28", pid("1001"), sent="20260302120500"))

    assert now(message) == ["DONE"]


def test_a_chain_of_merges_is_refused_in_words(both) -> None:
    tell(both, adt("A04", pid("3003")))
    tell(both, adt("A40", pid("1001"), OTHER, sent="20260302120000"))

    (message,) = tell(both, adt("A40", pid("3003"), "MRG|1001^^^STATION^MR", sent="20260303120000"))

    assert ends(message) == ["MERGE_CONFLICT"]
    assert "Other entries are read as the first entry" in message.items.get().hold_reason
    assert are_one()


def test_two_open_stays_are_no_one_person_until_one_has_ended(both) -> None:
    here, there = people.ward(), people.ward()
    tell(
        both,
        adt("A01", pid("1001"), pv1(here.code, visit="V1"), sent="20260302090000"),
        adt(
            "A01",
            pid("2002", name="Vega-Ros^Lyra"),
            pv1(there.code, visit="V2"),
            sent="20260302091000",
        ),
    )

    (message,) = tell(both, adt("A40", pid("1001"), OTHER, sent="20260302120000"))

    assert ends(message) == ["MERGE_CONFLICT"]
    assert "Both entries are in a ward now" in message.items.get().hold_reason
    assert not are_one()


def test_entries_of_two_species_are_never_joined() -> None:
    dog = people.species()
    wards = hospital(species={"CANIS": dog.code})
    tell(wards, adt("A04", pid("1001")), adt("A04", pid("2002", f35="CANIS")))

    assert end(wards, adt("A40", pid("1001"), OTHER, sent="20260302120000")) == "MERGE_CONFLICT"


def test_a_number_is_changed_for_another_and_both_are_known(wards) -> None:
    tell(wards, adt("A04", pid("2002")))

    assert end(wards, adt("A47", pid("1001"), OTHER, sent="20260302120000")) == "DONE"
    assert person("1001") == person("2002")
    assert end(wards, adt("A47", pid("1001"), OTHER, sent="20260302130000")) == "NOTHING"


# --- attacks on who somebody is


def test_the_number_of_another_authority_is_nobody_s_here(wards) -> None:
    tell(wards, adt("A04", pid("1001")))

    elsewhere = pid("1001", name="Stone^Ida", born="19610101", authority="ELSEWHERE")
    assert end(wards, adt("A08", elsewhere, sent="20260302120000")) == "DONE"

    assert person("1001").display_name == "Vega, Lyra"
    assert person("1001", system="ELSEWHERE") != person("1001")


def test_an_update_of_two_facts_at_once_is_another_person_until_somebody_says_not(wards) -> None:
    tell(wards, adt("A04", pid("1001")))
    text = adt("A08", pid("1001", name="Stone^Ida", born="19610101"), sent="20260302120000")

    (message,) = tell(wards, text)

    assert ends(message) == ["PATIENT_CONFLICT"]
    assert "name, date of birth" in message.items.get().hold_reason
    assert person("1001").display_name == "Vega, Lyra"

    accept(message)

    assert ends(message) == ["DONE"]
    assert person("1001").display_name == "Stone, Ida"


def test_names_that_change_places_are_left_to_a_person(wards) -> None:
    tell(wards, adt("A04", pid("1001", name="Ros^Vega")))

    assert end(wards, adt("A08", pid("1001", name="Vega^Ros"), sent="20260302120000")) == (
        "PATIENT_CONFLICT"
    )
    assert person("1001").display_name == "Ros, Vega"


def test_identifiers_of_two_people_in_one_message_are_held(wards) -> None:
    tell(wards, adt("A04", pid("1001")), adt("A04", pid("2002", name="Stone^Ida", born="1961")))

    f3 = "1001^^^STATION^MR~2002^^^STATION^MR"
    assert end(wards, adt("A08", pid(f3=f3), sent="20260302120000")) == "AMBIGUOUS_PATIENT"
    assert person("1001") != person("2002")


def test_a_merge_the_wrong_way_round_is_told_by_whom_it_describes(wards) -> None:
    tell(wards, adt("A04", pid("1001", born="19900517")), adt("A04", pid("2002", born="19900518")))

    # It keeps 2002 and describes 1001.
    wrong = adt("A40", pid("2002", born="19900517"), "MRG|1001^^^STATION^MR", sent="20260302120000")

    assert end(wards, wrong) == "PATIENT_CONFLICT"
    assert not PersonLink.objects.exists()


def test_two_different_people_are_not_merged_without_a_person_s_word(wards) -> None:
    stranger = pid("2002", name="Stone^Ida", born="19610101", sex="M")
    tell(wards, adt("A04", pid("1001")), adt("A04", stranger))
    (message,) = tell(wards, adt("A40", pid("1001"), OTHER, sent="20260302120000"))

    assert ends(message) == ["PATIENT_CONFLICT"]
    assert not PersonLink.objects.exists()

    accept(message)
    assert are_one()


def test_replays_of_a_whole_day_in_any_order_end_where_the_day_ended(wards) -> None:
    ward = people.ward()
    day = [
        adt("A04", pid("1001"), control="1", sent="20260301080000"),
        adt("A04", pid("2002"), control="2", sent="20260301080500"),
        adt("A40", pid("1001"), OTHER, control="3", sent="20260301090000"),
        adt("A01", pid("1001"), pv1(ward.code), control="4", sent="20260301100000"),
        adt("A08", pid("1001", name="Ros^Lyra"), control="5", sent="20260301110000"),
        adt("A03", pid("1001"), pv1(ward.code), control="6", sent="20260301120000"),
    ]
    tell(wards, *reversed(day))
    tell(wards, *day)
    anew = [text.replace(b"||ADT", b"|R|ADT") for text in day]
    tell(wards, *anew)

    assert are_one()
    assert PersonLink.objects.count() == 1
    assert person("1001").display_name == "Ros, Lyra"
    stays = [one for one in person("1001").encounters.all() if one.end.disposition != "ERROR"]
    assert [one.end.disposition for one in stays] == ["DISCHARGED"]


@pytest.mark.parametrize("kind", ["page", "message", "item"])
def test_who_opens_a_merge_is_on_record_for_both_persons(both, kind: str) -> None:
    (told,) = tell(both, adt("A40", pid("1001"), OTHER, sent="20260302120000"))
    item = told.items.get()
    address = {
        "page": f"/transmissions/{told.pk}/",
        "message": reverse("admin:assays_transmissionmessage_change", args=[told.pk]),
        "item": reverse("admin:assays_transmissionitem_change", args=[item.pk]),
    }[kind]
    by = factories.principal(Role.TECHNOLOGIST)

    answer = client_of(by).get(address)

    assert answer.status_code == 200
    looks = ReadEvent.objects.filter(actor=by.pk, pk_of=item.pk if kind == "item" else told.pk)
    found = sorted(looks.values_list("person_id", flat=True))
    assert found == sorted([person("1001").pk, person("2002").pk])


def test_who_opens_one_value_is_on_record_for_its_patient_alone(both) -> None:
    (told,) = tell(both, adt("A08", pid("1001"), sent="20260302120000"))
    by = factories.principal(Role.TECHNOLOGIST)

    client_of(by).get(reverse("admin:assays_transmissionitem_change", args=[told.items.get().pk]))

    look = ReadEvent.objects.get(actor=by.pk)
    assert (look.model, look.person_id) == ("assays.transmissionitem", person("1001").pk)
