"""What instruments sent, as a list: found by what it names, and read on record."""

from __future__ import annotations

import pytest

from assays.actions import specimens
from assays.models import TransmissionMessage
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from tests import factories
from tests.assays import laboratory
from tests.assays.console import transmitted
from tests.assays.console.transmitted import LIST, numbers, page_of, reads_of, text_of
from tests.assays.senders import item as sent_item
from tests.clients import client_of

pytestmark = pytest.mark.django_db


class TestTheList:
    def test_the_newest_come_first_and_older_ones_follow(self) -> None:
        analyser = laboratory.instrument()
        made = [transmitted.message(analyser).pk for _n in range(53)]
        client = client_of(Role.TECHNOLOGIST)

        first = text_of(client, LIST)
        second = text_of(client, LIST, before=made[3])

        assert numbers(first) == made[:2:-1]
        assert f"before={made[3]}" in first
        assert numbers(second) == made[2::-1]

    def test_it_is_filtered_by_instrument_state_and_dialect(self) -> None:
        north, south = laboratory.instrument(), laboratory.instrument()
        held = transmitted.message(north, status="HELD")
        waiting = transmitted.message(north, status="RECEIVED", dialect="HL7")
        transmitted.message(north)
        cut = transmitted.message(south, status="INCOMPLETE")
        client = client_of(Role.QUALITY_MANAGER)

        def found(**query: object) -> list[int]:
            return numbers(text_of(client, LIST, **query))

        assert found(status="ATTENTION") == [waiting.pk, held.pk]
        assert found(status="INCOMPLETE") == [cut.pk]
        assert found(instrument=south.pk) == [cut.pk]
        assert found(instrument=north.pk, dialect="HL7") == [waiting.pk]
        assert found(status="NO_SUCH", instrument="x", dialect="x") == found()

    def test_messages_are_found_by_what_they_name(self, sender, specimen) -> None:
        one = sent_item(specimen)
        sender.send(one, key="key-of-one")
        sender.send(one, key="key-of-two")
        sender.send(sent_item("2600000000"))
        astm = transmitted.message(sender.instrument, control_id="CTRL-9")
        recorded, repeated, held = TransmissionMessage.objects.exclude(pk=astm.pk).order_by("pk")
        client = client_of(Role.TECHNOLOGIST)

        def found(text: str) -> list[int]:
            return numbers(text_of(client, LIST, q=text))

        assert found(specimen.accession) == [repeated.pk, recorded.pk]
        assert found("2600000000") == [held.pk]
        assert found("key-of-one") == [repeated.pk, recorded.pk]
        assert found("CTRL-9") == [astm.pk]
        assert found(str(astm.pk)) == [astm.pk]
        assert found("nothing\x00of this") == []

    def test_a_search_that_finds_nothing_says_how_it_looked(self) -> None:
        assert "compared exactly" in text_of(client_of(Role.TECHNOLOGIST), LIST, q="zzz")

    def test_it_costs_the_same_queries_whatever_its_length(
        self, django_assert_max_num_queries
    ) -> None:
        analyser = laboratory.instrument()
        for number in range(20):
            transmitted.item(transmitted.message(analyser), specimen_text=f"S-{number}")
        client = client_of(Role.TECHNOLOGIST)

        with django_assert_max_num_queries(12):
            answer = client.get(LIST)

        assert answer.status_code == 200

    def test_what_instruments_wrote_is_escaped_and_visible(self) -> None:
        made = transmitted.message(
            laboratory.instrument(), control_id="<b>x\u202e</b>", reason="<i>why</i>"
        )
        transmitted.item(made, specimen_text="<script>alert(1)</script>\u202e")

        text = text_of(client_of(Role.TECHNOLOGIST), LIST)

        assert "<b>" not in text
        assert "<i>" not in text
        assert "<script>alert" not in text
        assert "\u202e" not in text
        assert "&lt;U+202E&gt;" in text


class TestReading:
    def test_it_is_on_record_for_the_persons_its_specimens_are_from(self, sender, specimen) -> None:
        other = laboratory.specimen([sender.assays["WBC"]])
        sender.send(sent_item(specimen), sent_item(specimen, value="13.9"), sent_item(other))
        made = TransmissionMessage.objects.get()

        page_of(made)

        assert sorted(reads_of(made)) == sorted([specimen.person_id, other.person_id])

    def test_held_items_concern_those_whose_specimens_they_name(self, sender, specimen) -> None:
        foreign = laboratory.specimen([sender.assays["WBC"]])
        control = laboratory.specimen([sender.assays["WBC"]])
        specimens.identify(
            specimen=foreign,
            by=factories.principal(Role.TECHNOLOGIST),
            at=database_now(),
            system="urn:north",
            value="N-7",
        )
        made = transmitted.message(sender.instrument, status="PARTLY_HELD")
        transmitted.item(made, 1, specimen_text=specimen.accession, hold_code="NOT_ORDERED")
        transmitted.item(made, 2, specimen_text="N-7", hold_code="UNMAPPED_CODE")
        transmitted.item(made, 3, specimen_text=control.accession, status="QC")

        page_of(made)

        assert reads_of(made) == sorted([specimen.person_id, foreign.person_id])
        assert numbers(text_of(client_of(Role.TECHNOLOGIST), LIST, q="N-7")) == [made.pk]

    def test_it_is_on_record_where_nobody_is_known(self) -> None:
        made = transmitted.message(laboratory.instrument())

        page_of(made)

        assert reads_of(made) == [None]

    @pytest.mark.parametrize(
        "role", [Role.WARD_DOCTOR, Role.NURSE, Role.ADMINISTRATOR, Role.AUDITOR]
    )
    def test_others_read_nothing(self, role) -> None:
        made = transmitted.message(laboratory.instrument())
        client = client_of(role)

        for address in (LIST, f"{LIST}{made.pk}/", f"{LIST}{made.pk}/bytes"):
            assert client.get(address).status_code == 403
        assert reads_of(made) == []

    def test_a_message_that_is_not_there_is_not_found(self) -> None:
        assert client_of(Role.TECHNOLOGIST).get(f"{LIST}999999999/").status_code == 404
