"""Messages are chosen, counted and read again on a page that follows them; others are dismissed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assays.models import Instrument, MessageEvent, ReadingRun, Result, TransmissionMessage
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from tests.assays import laboratory
from tests.assays.console import transmitted
from tests.assays.console.transmitted import text_of, without_tags
from tests.assays.evaluation.test_evaluation import work_off
from tests.assays.interpreting import plain
from tests.assays.listeners import wires
from tests.clients import client_of

pytestmark = pytest.mark.django_db
PAGE = "/transmissions/again/"


@pytest.fixture
def client() -> Any:
    return client_of(Role.TECHNOLOGIST, Role.PATHOLOGIST)


@pytest.fixture
def analyser() -> Instrument:
    assays = laboratory.assays(HGB={"low": "12", "high": "15.5"})
    return laboratory.instrument(
        {"HB": assays["HGB"]},
        protocol="ASTM",
        driver="lis2a2",
        peer_networks=list(wires.LOOPBACK),
    )


def held(analyser: Instrument) -> TransmissionMessage:
    """A message whose unit nobody has declared yet."""
    assay = analyser.mappings.get().assay
    specimen = laboratory.specimen([assay])
    text = transmitted.ASTM_TEXT.replace(b"g/dL", b"gramm je dl") % specimen.accession.encode()
    (sent,) = plain.read(analyser, text.replace(b"||||Invented^Ida", b""))
    assert plain.ends(sent) == ["UNIT"]
    return sent


def declare_unit(analyser: Instrument) -> None:
    plain.reset(analyser, units={"gramm je dl": "g/dL"})


def test_a_run_is_counted_begun_and_followed_to_its_end(client, analyser) -> None:
    sent = held(analyser)
    declare_unit(analyser)
    given = {"instrument": analyser.pk, "status": "HELD"}

    counted = text_of(client, PAGE, **given)
    answer = client.post(PAGE, {**given, "reason": "unit declared"}, follow=True)
    (run,) = ReadingRun.objects.all()
    waiting = answer.content.decode()
    work_off()
    done = text_of(client, f"{PAGE}{run.pk}/")

    assert "1 message would be read again." in counted
    assert "0 of 1 messages were read again" in waiting
    assert f'data-refresh="{PAGE}{run.pk}/progress/"' in waiting
    assert "1 of 1 messages were read again" in done
    assert "data-refresh=" not in done
    assert run.chosen == {"instrument": analyser.code, "status": "HELD"}
    sent.refresh_from_db()
    assert sent.status == "FILED"
    assert str(run.pk) in text_of(client, PAGE)


def test_what_was_asked_for_is_said_in_words(client, analyser) -> None:
    held(analyser)
    given = {
        "instrument": analyser.pk,
        "driver": "lis2a2",
        "status": "HELD",
        "since": "2026-01-05T10:00",
        "reason": "again",
    }
    client.post(PAGE, given)

    pages = text_of(client, PAGE), text_of(client, f"{PAGE}{ReadingRun.objects.get().pk}/")

    for page in pages:
        assert '<span class="muted">state</span> held' in page
        assert '<span class="muted">received from</span> 05 Jan 2026' in page
        assert f'<span class="muted">instrument</span> {analyser.code}' in page
        assert "2026-01-05T" not in page


def test_a_run_that_is_done_is_asked_for_no_more_and_leads_to_its_messages(
    client, analyser
) -> None:
    held(analyser)
    client.post(PAGE, {"instrument": analyser.pk, "reason": "again"})
    address = f"{PAGE}{ReadingRun.objects.get().pk}/progress/"
    waiting = text_of(client, address)
    work_off()

    done = text_of(client, address)

    assert "data-refresh-done" not in waiting
    assert "data-refresh-done" in done
    assert "Show each message" in done


def test_one_message_is_read_again_from_its_page(client, analyser) -> None:
    sent = held(analyser)
    declare_unit(analyser)
    assert "Read again" in text_of(client, f"/transmissions/{sent.pk}/")

    client.post(f"/transmissions/{sent.pk}/again/", {"reason": "unit declared"})
    work_off()

    assert Result.objects.get().transmission_item.message == sent


def test_the_progress_is_a_part_of_a_page(client, analyser) -> None:
    held(analyser)
    client.post(PAGE, {"instrument": analyser.pk, "reason": "again"})

    part = text_of(client, f"{PAGE}{ReadingRun.objects.get().pk}/progress/")

    assert "0 of 1 messages" in part
    assert "<html" not in part


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"reason": "again", "status": "FILED"}, "None of these messages"),
        ({"reason": ""}, "eason"),
        ({"reason": "again", "instrument": "999999"}, "Select a valid choice"),
        ({"reason": "again", "since": "yesterday"}, "Enter a valid date"),
        ({"reason": "again", "driver": "nobody"}, "Select a valid choice"),
    ],
)
def test_a_run_that_cannot_be_is_refused_on_the_page(client, analyser, given, said) -> None:
    held(analyser)

    answer = client.post(PAGE, given)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not ReadingRun.objects.exists()


def test_messages_are_chosen_by_driver_and_by_the_days_they_came(client, analyser) -> None:
    now = database_now()
    for days in (9, 3, 0):
        transmitted.message(analyser, received_at=now - timedelta(days=days))
    transmitted.message(transmitted.astm("other"))
    hour = timedelta(hours=1)

    def counted(**given: Any) -> str:
        moments = {
            name: one.strftime("%Y-%m-%dT%H:%M") if hasattr(one, "strftime") else one
            for name, one in given.items()
        }
        page = text_of(client, PAGE, **moments)
        return page.split('<p role="status">')[1].split(" ")[0]

    assert counted(driver="lis2a2") == "3"
    assert counted(instrument=analyser.pk, since=now - timedelta(days=4)) == "2"
    assert counted(until=now - timedelta(days=2) - hour, driver="lis2a2") == "2"


def test_a_run_costs_the_same_for_few_messages_and_for_many(client, analyser) -> None:
    counts = []
    for _n in range(3):
        transmitted.message(analyser, status="FILED")
        client.post(PAGE, {"instrument": analyser.pk, "reason": "again"})
        work_off()
        newest = ReadingRun.objects.order_by("-pk").first()
        with CaptureQueriesContext(connection) as asked:
            client.get(f"{PAGE}{newest.pk}/")
            client.get(PAGE)
        counts.append(len(asked))

    assert counts[1] == counts[2]


def test_a_value_that_is_read_otherwise_now_leads_to_its_place(client, analyser) -> None:
    sent = transmitted.message(analyser)
    transmitted.item(
        sent, status="NOT_A_RESULT", content={"sort": "VALUE", "value": "1320", "as_sent": {}}
    )
    client.post(f"/transmissions/{sent.pk}/again/", {"reason": "comma"})
    work_off()

    page = text_of(client, f"{PAGE}{ReadingRun.objects.get().pk}/")

    assert f"/transmissions/{sent.pk}/#item-1" in page
    assert "1320" in page


def test_what_broke_off_is_dismissed_from_the_list(client, analyser) -> None:
    sent = [transmitted.message(analyser, status="INCOMPLETE") for _n in range(2)]
    assert "Dismiss" in text_of(client, "/transmissions/", status="INCOMPLETE")

    client.post(
        "/transmissions/dismiss/", {"message": [one.pk for one in sent], "reason": "sent again"}
    )

    assert {one.status for one in TransmissionMessage.objects.all()} == {"REJECTED"}
    assert MessageEvent.objects.count() == 2


def test_a_message_is_dismissed_on_its_page_and_says_so(client, analyser) -> None:
    sent = transmitted.message(analyser, status="INCOMPLETE", reason="The line was cut.")
    given = {"message": sent.pk, "back": "message", "reason": "sent again"}

    page = client.post("/transmissions/dismiss/", given, follow=True).content.decode()

    (event,) = MessageEvent.objects.all()
    said = " ".join(without_tags(page).split())
    assert f"Dismissed by {event.recorded_by.display_name}" in said
    assert "sent again Nothing of it was filed. The line was cut." in said
    assert "The message was rejected" not in said
    assert 'name="reason"' not in page


@pytest.mark.parametrize(
    ("given", "said"),
    [({}, "Tick the messages first"), ({"message": ["x"]}, "Tick the messages first")],
)
def test_what_is_dismissed_has_to_be_ticked(client, analyser, given, said) -> None:
    page = client.post("/transmissions/dismiss/", given, follow=True).content.decode()

    assert said in page


def test_a_message_is_not_dismissed_without_a_reason(client, analyser) -> None:
    sent = transmitted.message(analyser, status="INCOMPLETE")

    client.post("/transmissions/dismiss/", {"message": sent.pk})

    sent.refresh_from_db()
    assert sent.status == "INCOMPLETE"


def test_whoever_may_only_look_is_offered_nothing_to_do(analyser) -> None:
    sent = transmitted.message(analyser, status="INCOMPLETE")
    quality = client_of(Role.QUALITY_MANAGER)

    assert "Dismiss" not in text_of(quality, "/transmissions/", status="INCOMPLETE")
    assert "Dismiss" not in text_of(quality, f"/transmissions/{sent.pk}/")
    assert "Read them again" not in text_of(quality, PAGE)
