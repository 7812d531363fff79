"""The entry grid: what each cell becomes, and what no page can do twice or wrongly."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assays.models import PlausibilityOverride, RecordingForm, Result
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from patients.models import PersonName
from tests import factories
from tests.assays import laboratory
from tests.assays.recording.gridded import GRID, identity, page, typed, values
from tests.clients import client_of
from tests.patients import people

pytestmark = pytest.mark.django_db


def test_values_are_recorded_by_whoever_typed_them_and_the_page_says_which(
    assays, client, technologist
) -> None:
    one, two = laboratory.specimen(list(assays.values())), laboratory.specimen([assays["HGB"]])
    sent = page(one, two, section="CBC") | typed(one, assays["HGB"], "13.2")
    sent |= typed(one, assays["WBC"], "<0.5") | typed(two, assays["HGB"], "132 g/L")

    answer = client.post(GRID, sent)

    assert answer.status_code == 302
    assert answer["Location"].startswith("/entry/?section=CBC&saved=")
    found = list(Result.objects.order_by("pk"))
    assert [(one.comparator, str(one.value), one.unit) for one in found] == [
        ("", "13.2", "g/dL"),
        ("<", "0.5", "10*3/uL"),
        ("", "13.2", "g/dL"),
    ]
    assert {result.entered_by for result in found} == {technologist}
    assert found[2].as_sent["value"] == "132 g/L"
    text = client.get(answer["Location"]).content.decode()
    assert "3 values recorded." in text


def test_a_reason_stands_in_for_a_value(assays, client) -> None:
    one = laboratory.specimen([assays["HGB"]])

    client.post(GRID, page(one) | typed(one, assays["HGB"], "clotted", "n"))

    assert Result.objects.get().absent_reason == "clotted"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1,234", "two ways"),
        ("13.25", "more decimal places"),
        ("NaN", "not a finite number"),
        ("1e999", "digits before"),
        ("\x00", "cannot be seen"),
        ("1" * 5000, "too long"),
        ("\u0661\u0663", "digits 0 to 9"),
        ("\u22121", "no minus"),
        ("13 mmol/L", "is no unit"),
        ("31", "outside the plausibility limits 2 to 25"),
        ("<script>alert(1)</script>", "is not a number"),
    ],
)
def test_what_is_refused_stays_in_its_cell_with_the_sentence_and_blocks_nothing_else(
    assays, client, text, said
) -> None:
    one, two = laboratory.specimen([assays["HGB"]]), laboratory.specimen(list(assays.values()))
    sent = page(one, two) | typed(one, assays["HGB"], text)
    sent |= typed(two, assays["HGB"], text) | typed(two, assays["WBC"], "7.5")

    answer = client.post(GRID, sent)

    shown = answer.content.decode()
    assert answer.status_code == 422
    assert shown.count(said) >= 2
    assert values() == ["7.5"]
    assert "<script>alert" not in shown
    if text.isprintable() and "<" not in text:
        assert f'value="{text}"' in shown


def test_a_value_beyond_the_measuring_range_is_advised_about(assays, client) -> None:
    one = laboratory.specimen([assays["WBC"]])

    shown = client.post(GRID, page(one) | typed(one, assays["WBC"], "140")).content.decode()

    assert "enter “&gt;100”, or measure a dilution" in shown
    assert not Result.objects.exists()


def test_a_reason_lets_an_implausible_value_in_for_whoever_may(assays, client) -> None:
    one = laboratory.specimen([assays["HGB"]])
    refused = client.post(GRID, page(one) | typed(one, assays["HGB"], "31"))

    assert f'name="o-{one.pk}-{assays["HGB"].pk}"' in refused.content.decode()
    sent = page(one) | typed(one, assays["HGB"], "31") | typed(one, assays["HGB"], "seen", "o")
    client.post(GRID, sent)

    assert PlausibilityOverride.objects.get().reason == "seen"


def test_a_critical_value_is_announced_at_once(assays, client) -> None:
    one = laboratory.specimen(list(assays.values()))
    sent = page(one) | typed(one, assays["HGB"], "6.5") | typed(one, assays["WBC"], "7.0")

    shown = client.get(client.post(GRID, sent)["Location"]).content.decode()

    assert "Critical: call the requester now." in shown
    alert = shown[shown.index('role="alert"') : shown.index("</div>", shown.index('role="alert"'))]
    assert "6.5" in alert
    assert "7.0" not in alert
    assert one.person.mrn in alert


def test_a_page_sent_twice_records_once_and_says_the_same(assays, client) -> None:
    one = laboratory.specimen([assays["HGB"]])
    sent = page(one) | typed(one, assays["HGB"], "13.2")

    first, second = client.post(GRID, sent), client.post(GRID, sent)

    assert values() == ["13.2"]
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    assert RecordingForm.objects.count() == 1


def test_a_page_gone_back_to_with_another_value_records_no_second(assays, client) -> None:
    one = laboratory.specimen(list(assays.values()))
    sent = page(one) | typed(one, assays["HGB"], "13.2")
    client.post(GRID, sent)

    again = client.post(
        GRID, sent | typed(one, assays["HGB"], "13.4") | typed(one, assays["WBC"], "7.0")
    )

    shown = again.content.decode()
    assert again.status_code == 422
    assert values() == ["13.2"]
    assert "has saved specimen" in shown
    assert 'value="13.4"' in shown
    assert 'value="7.0"' in shown


def test_a_value_recorded_since_the_page_was_opened_is_looked_at_first(assays, client) -> None:
    one = laboratory.specimen([assays["HGB"]])
    client.post(GRID, page(one) | typed(one, assays["HGB"], "13.2"))
    other = client_of(factories.principal(Role.TECHNOLOGIST))

    late = other.post(GRID, page(one) | typed(one, assays["HGB"], "13.9"))

    shown = late.content.decode()
    assert values() == ["13.2"]
    assert "13.2 g/dL was recorded since this page was opened" in shown
    assert 'value="13.9"' in shown
    assert f'name="s-{one.pk}-{assays["HGB"].pk}" value="1"' in shown


def test_a_specimen_shown_with_another_person_is_never_written_to(assays, client) -> None:
    one, two = laboratory.specimen([assays["HGB"]]), laboratory.specimen([assays["HGB"]])
    sent = page(two) | typed(one, assays["HGB"], "13.2") | typed(two, assays["HGB"], "14.1")
    sent["row"] = [f"{one.pk}:{identity(two)}", f"{two.pk}:{identity(two)}"]

    answer = client.post(GRID, sent)

    assert answer.status_code == 422
    assert "is not of the person this form was opened for" in answer.content.decode()
    assert [result.specimen for result in Result.objects.all()] == [two]


def test_a_name_amended_since_the_page_was_opened_stops_the_entry(assays, client) -> None:
    one = laboratory.specimen([assays["HGB"]])
    sent = page(one) | typed(one, assays["HGB"], "13.2")
    with laboratory.setting_up() as stamp:
        PersonName.objects.create(person=one.person, family="Otherwise", **stamp)

    answer = client.post(GRID, sent)

    assert answer.status_code == 422
    assert not Result.objects.exists()


@pytest.mark.parametrize("row", ["", "x", "1", "1:", ":", "9999999999999:abc", "²:a", "-1:a"])
def test_a_forged_row_writes_nothing(assays, client, row) -> None:
    one = laboratory.specimen([assays["HGB"]])
    sent = page(one) | typed(one, assays["HGB"], "13.2") | {"row": [row]}

    answer = client.post(GRID, sent)

    assert answer.status_code in (302, 422)
    assert not Result.objects.exists()


@pytest.mark.parametrize("token", ["", "x", "\x00", "1" * 400])
def test_a_page_without_a_token_still_records_once(assays, client, token) -> None:
    one = laboratory.specimen([assays["HGB"]])
    sent = page(one) | typed(one, assays["HGB"], "13.2") | {"token": token}

    client.post(GRID, sent)
    client.post(GRID, sent)

    assert values() == ["13.2"]


def test_another_persons_saved_page_shows_nothing(assays, client) -> None:
    one = laboratory.specimen([assays["HGB"]])
    sent = page(one) | typed(one, assays["HGB"], "13.2")
    client.post(GRID, sent)
    other = client_of(factories.principal(Role.TECHNOLOGIST))

    shown = other.get(GRID, {"saved": sent["token"]}).content.decode()

    assert one.accession not in shown


def test_a_ward_doctor_types_bedside_results_of_patients_in_care_alone(assays) -> None:
    mine, other = laboratory.person(), laboratory.person()
    doctor = people.doctor_of(people.admitted(mine).location)
    near = laboratory.specimen([assays["HGB"]], of=mine, status="COLLECTED")
    far = laboratory.specimen([assays["HGB"]], of=other, status="COLLECTED")
    client = client_of(doctor)

    shown = client.get(GRID, {"all": "1"}).content.decode()
    sent = page(near, far) | typed(near, assays["HGB"], "13.2") | typed(far, assays["HGB"], "14.1")
    client.post(GRID, sent)

    assert near.accession in shown
    assert far.accession not in shown
    assert [result.specimen for result in Result.objects.all()] == [near]


def test_the_moment_of_measuring_holds_for_the_page_and_is_checked(assays, client) -> None:
    one = laboratory.specimen([assays["HGB"]], collected_ago=timedelta(hours=1))
    early = (database_now() - timedelta(hours=5)).strftime("%Y-%m-%dT%H:%M")
    cell = typed(one, assays["HGB"], "13.2")

    before = client.post(GRID, page(one, observed_at=early) | cell)
    unread = client.post(GRID, page(one, observed_at="yesterday") | cell)
    future = client.post(GRID, page(one, observed_at="2126-01-01T00:00") | cell)

    assert "before specimen" in before.content.decode()
    assert "valid date" in unread.content.decode()
    assert "future" in future.content.decode()
    assert not Result.objects.exists()
