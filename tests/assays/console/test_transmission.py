"""One message that an instrument sent, as a page: byte by byte, and followed to its results."""

from __future__ import annotations

import re

import pytest

from assays.models import Result, TransmissionMessage
from assays.pages import parsed
from assays.queries import transmissions as queries
from labsys.accounts.roles import Role
from tests.assays import laboratory
from tests.assays.console import transmitted
from tests.assays.console.transmitted import HOSTILE, LIST, page_of, reads_of, text_of, without_tags
from tests.assays.senders import item as sent_item
from tests.clients import client_of

pytestmark = pytest.mark.django_db


class TestOneMessage:
    def test_an_astm_message_is_shown_frame_by_frame_with_our_answers(self) -> None:
        analyser = laboratory.instrument()
        made = transmitted.message(analyser, session=transmitted.session(analyser))
        transmitted.frames(
            made,
            ("IN", b"\x05", "BID"),
            ("IN", b"\x021H|\\^&\r\x17A5\r\n", "ACCEPTED"),
            ("IN", b"\x022P|1\r\x0300\r\n", "BAD_CHECKSUM"),
            ("IN", b"\x022P|1\r\x03B2\r\n", "ACCEPTED"),
            ("IN", b"\x04", "END"),
        )

        text = without_tags(page_of(made))

        for name in ("STX", "CR", "ETB", "ETX"):
            assert f"&lt;{name}&gt;" in text
        assert "checksum does not fit" in text
        assert "R.4" in text  # the tree beside it
        assert text.count("from the instrument") == 4
        assert re.findall(r"answer &lt;(ACK|NAK)&gt;", text) == ["ACK", "ACK", "NAK", "ACK"]
        assert "&lt;EOT&gt;" not in text  # belongs to the session, not to this message

    @pytest.mark.parametrize("messages", [1, 2, 3, 8])
    def test_the_frames_of_a_message_are_found_among_those_of_its_session(self, messages) -> None:
        analyser = laboratory.instrument()
        session = transmitted.session(analyser)
        made = [transmitted.message(analyser, session=session) for _n in range(messages)]
        for n, one in enumerate(made):
            crossed = [("IN", b"\x05", "BID")] if n == 0 else []
            crossed += [("IN", b"%d of %d" % (part, n), "ACCEPTED") for part in range(n % 3 + 1)]
            crossed += [("IN", b"\x00", "NOISE")] * (n % 2)
            transmitted.frames(one, *crossed, first=1 + 10 * n)

        def shown(of: TransmissionMessage) -> list[bytes]:
            return [bytes(frame.content) for frame in queries.frames(of)]

        for n, one in enumerate(made):
            mine = [b"%d of %d" % (part, n) for part in range(n % 3 + 1)]
            before = [b"\x05"] if n == 0 else [b"\x00"] * ((n - 1) % 2)
            assert shown(one) == before + mine
        unseen = transmitted.message(analyser, session=session)
        assert shown(unseen) == []

    def test_answers_that_are_kept_as_frames_are_shown_where_they_went_out(self) -> None:
        analyser = laboratory.instrument()
        made = transmitted.message(
            analyser, dialect="HL7", reply=b"MSA|AA", session=transmitted.session(analyser)
        )
        transmitted.frames(
            made, ("IN", b"\x0bMSH|\x1c\r", "ACCEPTED"), ("OUT", b"\x0bMSA|AA\x1c\r", "")
        )

        text = without_tags(page_of(made))

        assert text.count("our answer") == 1
        assert text.count("MSA|AA") == 1

    def test_an_hl7_message_shows_its_block_and_our_acknowledgement(self) -> None:
        analyser = laboratory.instrument()
        made = transmitted.message(
            analyser,
            transmitted.HL7_TEXT,
            dialect="HL7",
            control_id="77",
            reply=b"MSH|^~\\&|labsys\rMSA|AA|77\r",
            session=transmitted.session(analyser, dialect="HL7"),
        )
        transmitted.frames(made, ("IN", b"\x0b" + transmitted.HL7_TEXT + b"\x1c\r", "ACCEPTED"))

        text = page_of(made)

        assert "&lt;VT&gt;" in text
        assert "&lt;FS&gt;" in text
        assert "MSA|AA|77" in text
        assert "Our answer" in text
        for label in ("MSH[1]", "OBX[1]", "OBX-5"):
            assert label in text

    def test_an_http_message_is_indented_and_leads_to_its_result(self, sender, specimen) -> None:
        sender.send(sent_item(specimen))
        result = Result.objects.get()

        text = page_of(TransmissionMessage.objects.get())

        assert "&quot;results&quot;: [" in text
        assert f'href="/results/{result.pk}/"' in text
        assert "13.2 g/dL" in text

    def test_a_result_leads_back_to_the_bytes_it_came_in(self, sender, specimen) -> None:
        sender.send(sent_item("2600000000"), sent_item(specimen))
        made, result = TransmissionMessage.objects.get(), Result.objects.get()
        laboratory.verified(result, "TECHNICALLY_VERIFIED")

        for role, is_led in ((Role.TECHNOLOGIST, True), (Role.INFECTION_CONTROL, False)):
            text = text_of(client_of(role), f"/results/{result.pk}/")
            assert (f'href="{LIST}{made.pk}/#item-1"' in text) is is_led

    def test_who_may_not_see_results_is_not_led_to_them(self, sender, specimen) -> None:
        sender.send(sent_item(specimen))

        text = page_of(TransmissionMessage.objects.get(), Role.QUALITY_MANAGER)

        assert "/results/" not in text.replace("/api/v1/results", "")

    def test_hostile_bytes_are_shown_and_do_nothing(self) -> None:
        analyser = laboratory.instrument()
        made = transmitted.message(analyser, HOSTILE, reply=HOSTILE, reason="<b>bold</b>")
        hostile = HOSTILE.decode("utf-8", "replace").replace("\x00", "\x01")
        transmitted.item(
            made,
            specimen_text=hostile,
            code_text=hostile,
            content={"value": hostile, hostile: hostile},
            hold_reason=hostile,
        )

        text = page_of(made)

        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "<b>bold" not in text
        assert "\x00" not in text
        assert "\u202e" not in text
        for shown in ("&lt;NUL&gt;", "&lt;U+202E&gt;", "\\xFF", "&lt;SOH&gt;"):
            assert shown in text

    def test_a_large_message_is_cut_with_a_note_and_handed_out_whole(self) -> None:
        content = b"H|\\^&\r" + b"R|1|^^^HB|13.2\r" * 150_000
        assert len(content) > 2_000_000
        made = transmitted.message(laboratory.instrument(), content)
        client = client_of(Role.TECHNOLOGIST)

        text = text_of(client, f"{LIST}{made.pk}/")
        whole = client.get(f"{LIST}{made.pk}/bytes")

        assert "only the first" in text
        assert len(text) < 1_000_000
        assert whole.content == content
        assert whole["Content-Disposition"].startswith("attachment;")
        assert whole["X-Content-Type-Options"] == "nosniff"
        assert reads_of(made, "message-raw") == [None]

    def test_a_large_frame_is_cut_too(self) -> None:
        analyser = laboratory.instrument()
        made = transmitted.message(analyser, b"x", session=transmitted.session(analyser))
        big = ("IN", b"\x02" + b"A" * 60_000, "ACCEPTED")
        transmitted.frames(made, big, big, big)

        text = page_of(made)

        assert "only the first" in text
        assert text.count("from the instrument") == 2

    def test_many_values_come_in_pages(self) -> None:
        made = transmitted.message(laboratory.instrument(), status="HELD")
        for position in range(1, 203):
            transmitted.item(made, position, specimen_text=f"S-{position}")
        client = client_of(Role.TECHNOLOGIST)

        first = text_of(client, f"{LIST}{made.pk}/")
        second = text_of(client, f"{LIST}{made.pk}/", after=200)

        assert 'id="item-200"' in first
        assert 'id="item-201"' not in first
        assert "?after=200" in first
        assert 'id="item-201"' in second

    def test_a_page_costs_the_same_queries_whatever_it_holds(
        self, django_assert_max_num_queries
    ) -> None:
        made = transmitted.message(laboratory.instrument(), status="HELD")
        for position in range(1, 40):
            transmitted.item(made, position)
        client = client_of(Role.TECHNOLOGIST)

        with django_assert_max_num_queries(22):
            answer = client.get(f"{LIST}{made.pk}/")

        assert answer.status_code == 200

    def test_a_held_value_says_why_and_what_would_let_it_go_on(self, sender) -> None:
        sender.send(sent_item("2600000000"))

        text = page_of(TransmissionMessage.objects.get())

        assert "unknown specimen" in text
        assert "No specimen is registered under “2600000000”." in text
        assert "Register this identifier for its specimen." in text
        assert "It then goes on by itself." in text

    def test_what_was_sent_stands_beside_what_was_understood(self) -> None:
        made = transmitted.message(laboratory.instrument())
        content = {
            "sort": "VALUE",
            "value": "<0.5",
            "unit": "g/dL",
            "patient": {"family": "Invented", "given": "Ida"},
            "as_sent": {"value": "< 0,5", "unit": "g/dl", "status": "F"},
        }
        transmitted.item(made, content=content)

        text = without_tags(page_of(made))

        assert "&lt; 0,5 g/dl" in text
        assert "read as &lt;0.5 g/dL" in text
        assert "status: F" in text
        assert "patient: given Ida, family Invented" in text

    def test_a_control_is_marked_as_one(self) -> None:
        made = transmitted.message(laboratory.instrument())
        transmitted.item(made, status="QC", content={"value": "5.1", "control": "LEVEL-2 LOT 7"})

        text = page_of(made)

        assert "LEVEL-2 LOT 7" in text
        assert "never becomes a patient" in text

    @pytest.mark.parametrize(
        ("status", "reason", "said"),
        [
            ("INCOMPLETE", "30 s of silence inside frame 3", "30 s of silence inside frame 3"),
            ("INCOMPLETE", "", "Its end never came."),
            ("REJECTED", "version 9.9 is not supported", "version 9.9 is not supported"),
            ("REJECTED", "", "No reason was kept."),
        ],
    )
    def test_what_was_not_filed_says_why(self, status: str, reason: str, said: str) -> None:
        made = transmitted.message(laboratory.instrument(), status=status, reason=reason)

        assert said in page_of(made)

    def test_a_repetition_and_its_original_lead_to_each_other(self) -> None:
        analyser = laboratory.instrument()
        first = transmitted.message(analyser)
        again = transmitted.message(analyser, status="DUPLICATE", duplicate_of=first)

        assert f"{LIST}{first.pk}/" in page_of(again)
        assert f"{LIST}{again.pk}/" in page_of(first)

    def test_messages_of_one_session_lead_to_each_other(self) -> None:
        analyser = laboratory.instrument()
        session = transmitted.session(analyser)
        first, second, third = (transmitted.message(analyser, session=session) for _n in range(3))

        text = page_of(second)

        assert f'rel="prev" href="{LIST}{first.pk}/"' in text
        assert f'rel="next" href="{LIST}{third.pk}/"' in text

    def test_the_tree_of_a_message_with_many_fields_is_cut(self) -> None:
        content = b"H|\\^&\r" + b"R|1|^^^HB|13.2\r" * 1000
        made = transmitted.message(laboratory.instrument(), content)

        text = page_of(made)

        assert "Only the beginning is shown." in text
        assert text.count('class="tree-label') == parsed.MOST_LINES

    @pytest.mark.parametrize("dialect", ["HTTP", "ASTM", "HL7"])
    def test_what_cannot_be_parsed_is_shown_as_bytes(self, dialect: str) -> None:
        made = transmitted.message(laboratory.instrument(), b"\xff\xfe{", dialect=dialect)

        text = page_of(made)

        assert "cannot be parsed" in text
        assert "\\xFF\\xFE{" in without_tags(text)


def test_what_json_hides_in_escapes_is_made_visible(sender, specimen) -> None:
    sender.send(sent_item(specimen, comment="naïve \u202e"))

    text = page_of(TransmissionMessage.objects.get())

    assert "\\u202e" in text  # as it was sent
    assert "naïve &lt;U+202E&gt;" in without_tags(text)  # what it says
