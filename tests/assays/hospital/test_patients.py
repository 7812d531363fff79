"""What a hospital tells of its patients becomes entries here, once, in its own name."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from assays.actions import messages
from assays.instruments.dialects import Dialect
from assays.listeners import links
from assays.models import HospitalAct, TransmissionMessage
from assays.queries import hospital as queries
from labsys.accounts.roles import Role
from labsys.audit.models import AuditEvent
from labsys.lib.clock import database_now
from patients.models import Person, PersonName
from tests import factories
from tests.assays import laboratory
from tests.assays.evaluation.test_evaluation import work_off
from tests.assays.hospital.messages import adt, pid, pv1
from tests.assays.hospital.told import accept, end, ends, hospital, person, stays, tell
from tests.assays.interpreting import plain
from tests.assays.listeners import wires
from tests.clients import client_of
from tests.patients import people

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def balanced():  # type: ignore[no-untyped-def]
    yield
    plain.check_balanced()


@pytest.fixture
def wards():  # type: ignore[no-untyped-def]
    return hospital()


@pytest.mark.parametrize("event", ["A04", "A05", "A08", "A28", "A31"])
def test_somebody_unknown_is_registered_under_the_hospital_s_number(wards, event: str) -> None:
    assert end(wards, adt(event, pid())) == "DONE"

    made = person("1001")
    assert made.display_name == "Vega, Lyra"
    assert (made.sex, made.birth_date, made.species.code) == ("F", date(1990, 5, 17), "human")
    assert made.recorded_by == wards.principal


def test_what_is_done_is_recorded_as_done_by_the_connection(wards) -> None:
    (message,) = tell(wards, adt("A04", pid()))

    act = HospitalAct.objects.get(item__message=message)
    assert (act.act, act.outcome, act.person) == ("REGISTER", "DONE", person("1001"))
    written = AuditEvent.objects.filter(model="patients.person").order_by("-id").first()
    assert written.actor == wards.principal_id
    assert message.status == "FILED"


def test_an_update_sets_right_what_it_says_and_leaves_what_it_does_not(wards) -> None:
    tell(wards, adt("A04", pid()))

    found = end(
        wards, adt("A08", pid(name="Vega-Ros^Lyra", born="", sex=""), sent="20260301130000")
    )

    assert found == "DONE"
    assert person("1001").display_name == "Vega-Ros, Lyra"
    assert person("1001").birth_date == date(1990, 5, 17)


def test_a_former_name_may_be_somebody_s_again(wards) -> None:
    tell(
        wards,
        adt("A04", pid()),
        adt("A08", pid(name="Ros^Lyra"), sent="20260301130000"),
        adt("A08", pid(name="Vega^Lyra"), sent="20260301140000"),
    )

    assert person("1001").display_name == "Vega, Lyra"


def test_somebody_registered_beside_us_is_found_at_the_second_look(wards, monkeypatch) -> None:
    tell(wards, adt("A04", pid()))
    look, seen = queries.known, []

    def late(event, naming):  # type: ignore[no-untyped-def]
        seen.append(event)
        return (
            replace(look(event, naming), persons=(), new=())
            if len(seen) == 1
            else look(event, naming)
        )

    monkeypatch.setattr(queries, "known", late)

    assert end(wards, adt("A04", pid(), sent="20260301130000")) == "NOTHING"
    assert Person.objects.filter(identifiers__value="1001").count() == 1


def test_a_message_that_is_read_again_as_a_whole_does_what_is_held_and_nothing_twice(wards) -> None:
    (message,) = tell(wards, adt("A01", pid(f35="canis"), pv1("CLINIC", kind="O")))
    assert ends(message) == ["UNKNOWN_SPECIES"]
    plain.reset(wards, default_species="human", species={"canis": "human"})

    reread(message)
    reread(message)

    assert ends(message) == ["DONE"]
    assert HospitalAct.objects.count() == 1


def reread(message: TransmissionMessage) -> None:
    """Have a stored message read anew, and let a worker do it."""
    messages.read_again(
        message_ids=[message.pk],
        by=factories.principal(Role.PATHOLOGIST),
        at=database_now(),
        reason="The species was set.",
    )
    work_off()


def test_an_update_that_says_less_exactly_what_is_known_changes_nothing(wards) -> None:
    tell(wards, adt("A04", pid()))

    assert end(wards, adt("A08", pid(born="1990", sex="U"), sent="20260301130000")) == "NOTHING"
    assert person("1001").birth_precision == "DAY"


def test_an_older_update_never_overwrites_a_newer_one(wards) -> None:
    tell(wards, adt("A04", pid(), sent="20260301100000"))
    tell(wards, adt("A08", pid(name="New^Lyra"), sent="20260301140000"))

    assert end(wards, adt("A08", pid(name="Old^Lyra"), sent="20260301120000")) == "OUTDATED"
    assert person("1001").display_name == "New, Lyra"


def test_what_was_written_by_hand_is_newer_than_what_was_told_before(wards) -> None:
    by = people.infection_control()
    made = people.person(by=by, family="Typed", identifiers=[("STATION", "1001")])

    found = end(wards, adt("A08", pid(name="Told^Ada"), sent="20260301120000"))

    assert found == "OUTDATED"
    assert Person.objects.get(pk=made.pk).display_name == "Typed, Ada"


def test_a_further_number_is_added_to_the_entry(wards) -> None:
    tell(wards, adt("A04", pid()))

    f3 = "1001^^^STATION^MR~88^^^CITY^MR"
    assert end(wards, adt("A31", pid(f3=f3), sent="20260301130000")) == "DONE"
    assert person("88", system="CITY") == person("1001")


def test_a_death_is_noted_by_its_day(wards) -> None:
    tell(wards, adt("A04", pid()))

    assert end(wards, adt("A08", pid(f29="202602281015"), sent="20260301130000")) == "DONE"
    assert person("1001").deceased_on == date(2026, 2, 28)


def test_somebody_without_a_name_is_told_apart_by_the_number(wards) -> None:
    tell(wards, adt("A04", pid(name="UNKNOWN^", born="", sex="")))

    made = person("1001")
    assert "1001" in made.placeholder
    assert not PersonName.objects.filter(person=made).exists()


@pytest.mark.parametrize(
    ("said", "hold"), [("canis", "UNKNOWN_SPECIES"), ("species-x", "UNKNOWN_SPECIES")]
)
def test_a_species_that_means_nothing_here_is_held(wards, said: str, hold: str) -> None:
    assert end(wards, adt("A04", pid(f35=said))) == hold


def test_a_species_is_what_the_connection_calls_it_and_another_one_is_held() -> None:
    dog = people.species()
    wards = hospital(species={"CANIS": dog.code})
    tell(wards, adt("A04", pid()), adt("A04", pid("2", name="Rex^", f35="CANIS")))

    assert person("2").species == dog
    assert end(wards, adt("A08", pid(f35="CANIS"), sent="20260301130000")) == "OTHER_SPECIES"


def test_where_no_species_is_said_and_none_is_set_it_is_held() -> None:
    assert end(hospital(default_species="none"), adt("A04", pid())) == "UNKNOWN_SPECIES"


def test_the_same_message_again_is_a_repetition_and_the_same_content_anew_changes_nothing(
    wards,
) -> None:
    ward = people.ward()
    text = adt("A01", pid(), pv1(ward.code), control="C1")
    anew = adt("A01", pid(), pv1(ward.code), control="C2")

    first, again, other = tell(wards, text, text, anew)

    assert (first.status, again.status) == ("FILED", "DUPLICATE")
    assert again.duplicate_of == first
    assert ends(other) == ["NOTHING"]
    assert Person.objects.filter(identifiers__value="1001").count() == 1
    assert stays() == [(ward.code, True)]


def test_a_control_id_that_comes_again_with_other_content_is_a_message_of_its_own(wards) -> None:
    first = adt("A04", pid(), control="C1")
    second = adt("A08", pid(name="Ros^Lyra"), control="C1", sent="20260301130000")

    assert [ends(one) for one in tell(wards, first, second)] == [["DONE"], ["DONE"]]
    assert person("1001").display_name == "Ros, Lyra"


def test_two_hospitals_may_use_one_number_for_two_people() -> None:
    one, other = hospital(), hospital()
    bare = {"authority": "", "kind": "MR"}
    tell(one, adt("A04", pid("7", **bare)))
    tell(other, adt("A04", pid("7", name="Ros^Ada", **bare)))

    assert person("7", system=one.code) != person("7", system=other.code)


def test_a_message_that_cannot_be_read_is_held_whole_and_read_when_it_can_be(wards) -> None:
    text = adt("A04", pid(name="Müller^Eva")).replace(b"UNICODE UTF-8", b"")
    (message,) = tell(wards, text)
    assert ends(message) == ["UNDECODABLE"]

    plain.reset(wards, default_species="human", charset="UTF-8")
    accept(message)

    assert ends(message) == ["NOT_A_RESULT", "DONE"]
    assert person("1001").display_name == "Müller, Eva"


def test_a_message_about_patients_from_an_analyser_is_kept_and_nothing_is_done() -> None:
    analyser = laboratory.instrument(
        protocol="HL7", driver="hl7-oru-oul", peer_networks=["127.0.0.0/8"], settings={}
    )
    (message,) = tell(analyser, adt("A04", pid()))

    assert ends(message) == ["OUT_OF_SCOPE"]
    assert not Person.objects.filter(identifiers__value="1001").exists()
    assert TransmissionMessage.objects.get(pk=message.pk).status == "HELD"


def test_the_message_page_says_what_became_of_what_was_told(wards) -> None:
    first, again = tell(wards, adt("A04", pid()), adt("A04", pid(), sent="20260301130000"))
    client = client_of(factories.principal(Role.TECHNOLOGIST))

    pages = [client.get(f"/transmissions/{one.pk}/").content.decode() for one in (first, again)]

    assert "Done: who somebody is" in " ".join(pages[0].split())
    assert "It was so already: who somebody is" in " ".join(pages[1].split())


@pytest.mark.parametrize(("kind", "code"), [("HOSPITAL", b"MSA|AA|"), ("ANALYSER", b"MSA|AR|")])
def test_over_the_wire_a_hospital_hears_that_it_is_stored_and_an_analyser_that_it_is_not(
    kind: str, code: bytes
) -> None:
    made = hospital() if kind == "HOSPITAL" else wires.instrument("HL7")
    source = wires.source_of(made)
    text = adt("A04", pid())

    message = links.judged(wires.message(text, source, dialect=Dialect.HL7), [source])

    assert code in message.answered(database_now()).reply
    assert message.status == ("RECEIVED" if kind == "HOSPITAL" else "REJECTED")
