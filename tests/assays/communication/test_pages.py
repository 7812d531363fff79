"""The pages: who sees what, what they cost, bad input, stale pages, looks that are recorded."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from assays.models import ContactAttempt, CorrectionNotice, CriticalCall, ResultAcknowledgement
from labsys.accounts.models import LoginSession
from labsys.accounts.roles import Role
from labsys.audit.models import ReadEvent
from labsys.lib.clock import database_now
from tests import factories
from tests.assays.communication.telling import Ward, attempt, fresh, queries_of
from tests.assays.communication.test_criticals import unevaluated
from tests.clients import client_of

pytestmark = pytest.mark.django_db


def typed(ward: Ward, **changes: Any) -> dict[str, Any]:
    made_at = timezone.localtime(database_now())
    return {
        "contact_name": "Nurse Roe",
        "contact_role": "nurse",
        "contact_details": "ext. 4411",
        "made_at": made_at.strftime("%Y-%m-%dT%H:%M:%S"),
        "outcome": "CONFIRMED",
        "read_back": "6.1",
        "note": "",
        "expected_attempts": "0",
        **changes,
    }


def text_of(page: Any) -> str:
    return re.sub(r"\s+", " ", page.content.decode())


def test_the_worklist_shows_who_waits_for_what_and_how_long(ward: Ward) -> None:
    call = ward.critical("6.1")

    text = text_of(client_of(ward.verifier).get("/criticals/"))

    for shown in ("6.1", "critically low", ward.patient.mrn, ward.ward.name, "0 min"):
        assert shown in text
    assert "PRELIMINARY, UNVERIFIED" in text
    assert ward.requester.user.full_name in text
    assert f'href="/criticals/{call.pk}/"' in text


def test_care_staff_see_the_critical_values_of_their_patients_alone(ward: Ward) -> None:
    call = ward.critical("6.1")

    for somebody in (ward.doctor, ward.nurse):
        assert ward.patient.mrn in text_of(client_of(somebody).get("/criticals/"))
    stranger = client_of(ward.stranger)
    assert ward.patient.mrn not in text_of(stranger.get("/criticals/"))
    assert stranger.get(f"/criticals/{call.pk}/").status_code == 404
    assert client_of(ward.nurse).post(f"/criticals/{call.pk}/attempt/").status_code == 403


def test_the_patients_page_shows_a_critical_value_before_anybody_verified_it(ward: Ward) -> None:
    ward.critical("6.1")
    ward.record("WBC", "13.0")

    text = text_of(client_of(ward.nurse).get(f"/persons/{ward.patient.uid}/results/"))

    assert "6.1" in text
    assert "PRELIMINARY, UNVERIFIED" in text
    assert "13.0" not in text  # not critical: it waits for its verification


def test_the_requester_sees_it_among_their_orders_and_in_the_inbox(ward: Ward) -> None:
    ward.critical("6.1")
    client = client_of(ward.requester)

    for address in ("/requests/", "/inbox/"):
        text = text_of(client.get(address))
        assert "6.1" in text
        assert "PRELIMINARY, UNVERIFIED" in text


def test_what_no_worker_came_to_is_said_and_can_be_called(ward: Ward) -> None:
    late = unevaluated(ward, "6.1")
    client = client_of(ward.verifier)

    text = text_of(client.get("/criticals/"))
    started = client.post(f"/criticals/results/{late.pk}/start/")

    assert "not analysed yet" in text
    assert ward.patient.mrn in text
    assert started["Location"] == f"/criticals/{CriticalCall.objects.get().pk}/"


def test_a_late_value_inside_its_limits_is_counted(ward: Ward) -> None:
    unevaluated(ward, "13.0")

    text = text_of(client_of(ward.verifier).get("/criticals/"))

    assert "1 value is not analysed yet" in text


def test_an_attempt_is_written_down_on_the_calls_page(ward: Ward) -> None:
    call = ward.critical("6.1")

    page = client_of(ward.verifier).post(f"/criticals/{call.pk}/attempt/", typed(ward), follow=True)

    assert "Confirmed: the value was read back as it is." in text_of(page)
    assert fresh(call).state == "CONFIRMED"


def test_a_mismatch_says_so_and_leaves_the_call_open(ward: Ward) -> None:
    call = ward.critical("6.1")

    page = client_of(ward.verifier).post(
        f"/criticals/{call.pk}/attempt/", typed(ward, read_back="1.6"), follow=True
    )

    assert "is not the value. This confirms nothing" in text_of(page)
    assert (fresh(call).state, ContactAttempt.objects.get().outcome) == (
        "OPEN",
        "REACHED_NO_READBACK",
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"contact_name": ""},
        {"contact_name": "x" * 121},
        {"outcome": ""},
        {"outcome": "DONE"},
        {"read_back": ""},
        {"read_back": "6,1"},
        {"made_at": ""},
        {"made_at": "yesterday"},
        {"made_at": "2031-01-01T00:00:00"},
        {"expected_attempts": ""},
        {"expected_attempts": "-1"},
        {"expected_attempts": "x"},
        {"note": "x" * 2001},
    ],
    ids=str,
)
def test_a_bad_form_is_refused_with_what_is_wrong(ward: Ward, wrong: dict[str, str]) -> None:
    call = ward.critical("6.1")

    page = client_of(ward.verifier).post(f"/criticals/{call.pk}/attempt/", typed(ward, **wrong))

    assert page.status_code == 422
    assert not ContactAttempt.objects.exists()


def test_a_stale_page_shows_the_attempt_made_meanwhile_and_keeps_what_was_typed(
    ward: Ward,
) -> None:
    call = ward.critical("6.1")
    attempt(call, by=ward.pathologist, read_back="6.1", name="Dr Early")
    client = client_of(ward.verifier)

    stale = client.post(f"/criticals/{call.pk}/attempt/", typed(ward))

    assert stale.status_code == 409
    text = text_of(stale)
    assert "wrote down an attempt meanwhile" in text
    assert "Dr Early" in text
    assert 'value="Nurse Roe"' in text
    assert 'name="expected_attempts" value="1"' in text
    assert ContactAttempt.objects.count() == 1


def test_a_call_about_a_value_that_no_longer_stands_says_so(ward: Ward) -> None:
    call = ward.critical("6.1")
    attempt(call, by=ward.verifier, read_back="6.1")
    ward.withdraw(call.result)

    text = text_of(client_of(ward.verifier).get(f"/criticals/{call.pk}/"))

    assert "This value no longer stands." in text
    assert "Whoever was told of it has to be told that." in text
    assert f"/corrections/?result={call.result_id}" in text


def test_the_part_that_refreshes_never_counts_as_use_of_a_login(ward: Ward) -> None:
    ward.critical("6.1")
    client = client_of(ward.verifier)
    client.get("/criticals/")
    mine = LoginSession.objects.filter(user=ward.verifier.user)
    with_old = database_now() - timedelta(minutes=10)
    mine.update(seen_at=with_old)

    page = client.get("/criticals/table/")

    assert "6.1" in text_of(page)
    assert "<html" not in text_of(page)
    assert mine.get().seen_at == with_old


def test_looks_are_recorded(ward: Ward) -> None:
    call = ward.critical("6.1")
    client = client_of(ward.doctor)

    for address in ("/criticals/", f"/criticals/{call.pk}/", "/inbox/"):
        client.get(address)

    looks = ReadEvent.objects.filter(actor=ward.doctor.pk, pk_of=call.result_id)
    assert sorted(looks.values_list("purpose", flat=True)) == ["critical", "critical", "inbox"]


def test_values_are_acknowledged_from_the_inbox(ward: Ward) -> None:
    ward.reported("HGB", "13.0")
    ward.reported("WBC", "13.0")
    client = client_of(ward.doctor)
    entries = re.findall(r'name="entry" value="(\d+)"', text_of(client.get("/inbox/")))

    page = client.post(
        "/inbox/acknowledge/", {"entry": entries, "plan": "repeat in a week"}, follow=True
    )

    assert "2 values acknowledged." in text_of(page)
    assert {one.plan for one in ResultAcknowledgement.objects.all()} == {"repeat in a week"}
    assert "repeat in a week" in text_of(client.get("/inbox/acknowledged/"))


def test_a_stale_inbox_acknowledges_nothing(ward: Ward) -> None:
    old = ward.reported("HGB", "13.0")
    entry = ward.entry(old).pk
    client = client_of(ward.doctor)
    ward.correct(old, "14.0")

    stale = client.post("/inbox/acknowledge/", {"entry": [entry]})

    assert stale.status_code == 409
    assert "corrected or withdrawn meanwhile" in text_of(stale)
    assert not ResultAcknowledgement.objects.exists()


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({}, 422),
        ({"entry": "x"}, 422),
        ({"entry": "999999999999"}, 409),
        ({"entry": "1" * 40}, 422),
        ({"entry": "0"}, 422),
    ],
)
def test_a_bad_acknowledgement_changes_nothing(
    ward: Ward, form: dict[str, str], status: int
) -> None:
    page = client_of(ward.doctor).post("/inbox/acknowledge/", form)

    assert page.status_code == status
    assert not ResultAcknowledgement.objects.exists()


def test_another_wards_entry_is_not_acknowledged_by_its_number(ward: Ward) -> None:
    entry = ward.entry(ward.reported("HGB", "13.0"))

    page = client_of(ward.stranger).post("/inbox/acknowledge/", {"entry": [entry.pk]})

    assert page.status_code == 404
    assert ward.patient.mrn not in text_of(page)
    assert not ResultAcknowledgement.objects.exists()


def test_a_correction_is_taken_note_of_in_the_inbox(ward: Ward) -> None:
    old = ward.reported("HGB", "13.7")
    client = client_of(ward.doctor)
    client.get(f"/results/{old.pk}/")
    ward.release(ward.correct(old, "14.9", "tubes were swapped"))

    text = text_of(client.get("/inbox/"))
    notice = CorrectionNotice.objects.get(reader=ward.doctor, state="OPEN")
    done = client.post("/inbox/corrections/acknowledge/", {"notice": notice.pk}, follow=True)

    for shown in ("13.7", "14.9", "tubes were swapped", "on the page of the result"):
        assert shown in text
    assert "You took note of the correction." in text_of(done)
    assert fresh(notice).state == "ACKNOWLEDGED"


def test_anothers_notice_is_not_acknowledged_by_its_number(ward: Ward) -> None:
    old = ward.reported("HGB", "13.0")
    client_of(ward.doctor).get(f"/results/{old.pk}/")
    ward.withdraw(old)
    notice = CorrectionNotice.objects.get(reader=ward.doctor)

    for number in (notice.pk, "x", "", 10**30):
        page = client_of(ward.requester).post("/inbox/corrections/acknowledge/", {"notice": number})
        assert page.status_code == 422
        assert "not in your inbox" in text_of(page)
    assert fresh(notice).state == "OPEN"


def test_a_reader_is_told_by_telephone_on_the_notices_page(ward: Ward) -> None:
    old = ward.reported("HGB", "13.0")
    client_of(ward.doctor).get(f"/results/{old.pk}/")
    ward.release(ward.correct(old, "14.9"))
    notice = CorrectionNotice.objects.get(reader=ward.doctor, state="OPEN")
    client = client_of(ward.verifier)

    listed = text_of(client.get("/corrections/"))
    wrong = client.post(f"/corrections/{notice.pk}/attempt/", typed(ward, read_back="13.0"))
    right = client.post(
        f"/corrections/{notice.pk}/attempt/", typed(ward, read_back="14.9", expected_attempts="1")
    )

    assert ward.doctor.user.full_name in listed
    assert (wrong.status_code, right.status_code) == (302, 302)
    assert fresh(notice).state == "TOLD"


def test_pages_cost_the_same_queries_whatever_their_length(ward: Ward) -> None:
    # Each ward adds a call, an inbox group and a notice to the same people's pages.
    doctor, lab = ward.requester, ward.verifier
    addresses = {
        "/criticals/": lab,
        "/criticals/table/": lab,
        "/inbox/": doctor,
        "/inbox/overdue/": lab,
        "/corrections/": lab,
        "/requests/": doctor,
    }

    def fill(each: Ward, code: str) -> None:
        old = each.reported(code, "13.0")
        client_of(doctor).get(f"/results/{old.pk}/")
        each.withdraw(old)
        each.release(each.record(code, "6.1"))

    fill(ward, "HGB")
    few = {at: queries_of(client_of(who), at) for at, who in addresses.items()}
    for number in range(3):
        fill(Ward(f"B{number}", requester=doctor), f"B{number}")

    many = {at: queries_of(client_of(who), at) for at, who in addresses.items()}
    assert many == few


@pytest.mark.parametrize(
    "query",
    ["after=x", "after=1~2", "after=9~yesterday~1~1", "whose=nobody", "before=-1", "result=x"],
)
@pytest.mark.parametrize(
    "address",
    ["/criticals/", "/inbox/", "/inbox/acknowledged/", "/inbox/overdue/", "/corrections/"],
)
def test_a_damaged_link_shows_a_page(ward: Ward, address: str, query: str) -> None:
    ward.critical("6.1")
    whoever = factories.principal(Role.PATHOLOGIST)

    assert client_of(whoever).get(f"{address}?{query}").status_code == 200


def test_the_home_page_counts_what_waits(ward: Ward) -> None:
    call = ward.critical("6.1")
    other = ward.reported("WBC", "13.0")
    client = client_of(ward.doctor)
    client.get(f"/results/{other.pk}/")
    ward.withdraw(other)

    text = text_of(client.get("/"))

    for label in ("Critical values to be told", "Results to acknowledge"):
        assert re.search(
            rf'<span class="card-count">1</span>\s*<span class="card-label">{label}', text
        )
    assert "Values you saw were corrected" in text
    assert call.state == "OPEN"
