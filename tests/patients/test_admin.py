"""The registry in the admin: added by actions, moved by buttons, refused beside the field."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest
from django.apps import apps
from django.test import Client

from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from patients import models
from patients.actions import exposures, interventions, links, pregnancies, quarantine
from patients.forms import MOMENT
from patients.rules import mrn
from tests import factories
from tests.clients import client_of
from tests.patients import people
from tests.patients.admin_forms import TABLES, additions, address, errors, filled_in, moved, typed
from tests.patients.people import DAY, HOUR

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return client_of(people.infection_control())


@pytest.mark.parametrize("table", TABLES)
def test_a_row_is_added_by_its_action(table: str) -> None:
    _table, role, given = next(one for one in additions() if one[0] == table)
    client = client_of(factories.principal(role))
    rows = apps.get_model("patients", table)._default_manager
    form = filled_in(given)
    before = rows.count()

    shown = client.get(address(table, "add"))
    answer = client.post(address(table, "add"), form)

    assert shown.status_code == 200
    assert answer.status_code == 302, errors(answer)
    assert rows.count() == before + 1


@pytest.mark.parametrize("table", TABLES)
def test_an_empty_form_names_its_fields_and_records_nothing(table: str) -> None:
    _table, role, _given = next(one for one in additions() if one[0] == table)
    answer = client_of(factories.principal(role)).post(address(table, "add"), {})

    assert answer.status_code == 200
    assert errors(answer)


@pytest.mark.parametrize("table", TABLES)
def test_nobody_without_the_permission_adds_or_sees(table: str) -> None:
    outsider = client_of(factories.principal(Role.AUDITOR))

    assert outsider.get(address(table, "changelist")).status_code == 403
    assert outsider.get(address(table, "add")).status_code == 403
    assert outsider.post(address(table, "add"), {}).status_code == 403


def test_a_refused_registration_is_shown_beside_the_field(client: Client) -> None:
    given = next(form for table, _role, form in additions() if table == "person")

    answer = client.post(
        address("person", "add"),
        {**given, "birth_precision": "ESTIMATED", "birth_uncertainty_days": ""},
    )

    assert list(errors(answer)) == ["birth_uncertainty_days"]
    assert not models.Person.objects.exists()


def test_an_identifier_that_is_taken_is_said_so(client: Client) -> None:
    given = next(form for table, _role, form in additions() if table == "person")
    client.post(address("person", "add"), given)

    answer = client.post(address("person", "add"), given)

    assert "already recorded" in errors(answer)["value"][0]
    assert models.Person.objects.count() == 1


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("", "required"),
        ("12x", "not made of digits"),
        ("123", "has 3 digits"),
        ("99999999", "does not check"),
        (mrn.make(9_999_999), "Nobody in your reach"),
    ],
)
def test_a_number_that_is_nobodys_is_refused_in_words(
    client: Client, number: str, said: str
) -> None:
    given = next(form for table, _role, form in additions() if table == "quarantineorder")

    answer = client.post(address("quarantineorder", "add"), {**given, "person": number})

    assert said in errors(answer)["person"][0]


def test_a_doctor_records_only_for_patients_in_care() -> None:
    ward, mine, other = people.ward(), people.person(), people.person()
    people.admitted(mine, ward)
    client = client_of(people.doctor_of(ward))
    given = {"kind": "FILTRATION", "started_at": typed(database_now() - HOUR)}

    refused = client.post(address("intervention", "add"), {**given, "person": other.mrn})
    client.post(address("intervention", "add"), {**given, "person": mine.mrn})

    assert "Nobody in your reach" in errors(refused)["person"][0]
    assert models.Intervention.objects.get().person == mine


# --- moving


def test_demographics_are_set_right_against_what_was_seen(client: Client) -> None:
    someone = people.person()
    page = client.get(address("person", "move", someone.pk, "amend"))
    form = page.context["form"]
    given = {name: form[name].value() for name in form.fields if form[name].value() is not None}

    unchanged = moved(client, someone, "amend", **{**given, "reason": "asked"})
    done = moved(client, someone, "amend", **{**given, "sex": "O", "reason": "asked"})
    stale = moved(client, someone, "amend", **{**given, "sex": "M", "reason": "asked"})

    assert "Nothing was changed" in str(errors(unchanged))
    assert done.status_code == 302
    assert "Changed by somebody else meanwhile: sex" in str(errors(stale))
    someone.refresh_from_db()
    assert someone.sex == "O"


@pytest.mark.parametrize("seen", ["", "[]", "{}", "nonsense", '{"mrn": 1}'])
def test_an_amendment_without_what_was_seen_is_refused(client: Client, seen: str) -> None:
    someone = people.person()
    given = {
        "sex": "M",
        "species": someone.species_id,
        "birth_precision": "UNKNOWN",
        "reason": "x",
        "seen": seen,
    }

    answer = moved(client, someone, "amend", **given)

    assert answer.status_code == 422
    someone.refresh_from_db()
    assert someone.sex == "F"


def test_the_buttons_of_a_person(client: Client) -> None:
    someone, other = people.person(), people.person()
    moment = typed(database_now())

    moved(client, someone, "name", family="New", given="", use="OFFICIAL")
    moved(client, someone, "identify", system="passport", value="P-1")
    moved(client, someone, "confirm", basis="passport", happened_at=moment)
    moved(client, someone, "doubt", basis="two bands", happened_at=moment)
    moved(client, someone, "link", survivor=other.mrn, reason="same")

    assert someone.names.count() == 2
    assert someone.identifiers.get().value == "P-1"
    assert someone.identity_events.count() == 2
    assert models.PersonLink.objects.active().get().survivor == other


def test_a_link_is_undone_by_a_button_that_lists_what_was_recorded_meanwhile(
    client: Client,
) -> None:
    one, two, by = people.person(), people.person(), people.infection_control()
    link = links.link(by=by, at=database_now(), duplicate=one, survivor=two, reason="same")
    people.admitted(two)

    answer = client.post(
        address("personlink", "move", link.pk, "unlink"), {"reason": "two people"}, follow=True
    )

    page = answer.content.decode()
    assert "Recorded meanwhile, look whose it is" in page
    assert "The entries stand apart again" in page
    assert not models.PersonLink.objects.active().exists()


def test_a_stay_is_moved_and_ended_by_buttons(client: Client) -> None:
    stay, elsewhere = people.admitted(people.person()), people.ward()
    ahead = typed(database_now() + DAY)

    refused = moved(client, stay, "transfer", location=elsewhere.pk, moved_at=ahead)
    moved(client, stay, "transfer", location=elsewhere.pk, moved_at=typed(database_now()))
    second = models.Encounter.objects.open().get()
    moved(client, second, "discharge", ended_at=typed(database_now()), disposition="DISCHARGED")

    assert "in the future" in errors(refused)["moved_at"][0]
    assert second.location == elsewhere
    assert not models.Encounter.objects.open().exists()


def test_a_quarantine_is_lifted_by_a_button(client: Client) -> None:
    at = database_now()
    order = quarantine.order(
        by=people.infection_control(),
        at=at,
        person=people.person(),
        kind="HOME",
        reason="contact",
        starts_at=at - HOUR,
    )

    moved(client, order, "lift", lifted_at=typed(database_now()), reason="negative")

    assert order.lift.reason == "negative"
    again = moved(client, order, "lift", lifted_at=typed(database_now()), reason="negative")
    assert "lifted already" in str(errors(again))


def test_rows_are_corrected_and_taken_back_by_buttons() -> None:
    at, by, someone = database_now(), factories.principal(Role.PATHOLOGIST), people.person()
    control, client = people.infection_control(), client_of(by)
    past = at - HOUR
    exposure = exposures.record(
        by=control,
        at=at,
        person=someone,
        agent="nanites",
        kind="BLOOD",
        certainty="PROBABLE",
        first_at=past,
        last_at=past,
    )
    estimate = pregnancies.record(by=by, at=at, person=someone, status="PREGNANT", observed_at=past)
    treatment = interventions.record(
        by=control, at=at, person=someone, kind="FILTRATION", started_at=past
    )

    moved(
        client_of(control),
        exposure,
        "correct",
        **{"person": someone.mrn, "agent": "nanites", "kind": "BLOOD", "certainty": "CONFIRMED"},
        **{"first_at": typed(past), "last_at": typed(past), "reason": "seen"},
    )
    moved(
        client,
        estimate,
        "correct",
        **{"person": someone.mrn, "status": "NOT_PREGNANT", "observed_at": typed(past)},
        reason="misread",
    )
    moved(client, treatment, "retract", reason="other patient")

    assert models.Exposure.objects.standing().get().certainty == "CONFIRMED"
    assert models.PregnancyEstimate.objects.standing().get().status == "NOT_PREGNANT"
    assert not models.Intervention.objects.standing().exists()
    assert models.Intervention.objects.get(is_retraction=True).operator == control


def test_the_form_of_a_correction_shows_what_is_corrected(client: Client) -> None:
    someone = people.person()
    treatment = interventions.record(
        by=people.infection_control(),
        at=database_now(),
        person=someone,
        kind="FILTRATION",
        detail="column 2",
        started_at=database_now(),
    )

    page = client.get(address("intervention", "move", treatment.pk, "correct")).content.decode()

    assert f'value="{someone.mrn}"' in page
    assert 'value="column 2"' in page
    assert 'type="datetime-local"' in page


def test_assignments_and_grants_end_by_a_button() -> None:
    client = client_of(people.administrator())
    doctor = people.doctor_of(people.ward())
    assignment = doctor.care_assignments.get()

    moved(client, assignment, "end", reason="moved")

    assignment.refresh_from_db()
    assert assignment.until is not None


def test_a_place_is_closed_and_opened_by_buttons(client: Client) -> None:
    place = people.ward()

    moved(client, place, "deactivate", reason="rebuilt")
    place.refresh_from_db()
    assert not place.is_active
    moved(client, place, "activate", reason="rebuilt")
    place.refresh_from_db()
    assert place.is_active


@pytest.mark.parametrize(
    ("table", "field"),
    [("encounter", "started_at"), ("quarantineorder", "starts_at"), ("exposure", "")],
)
def test_a_new_form_begins_now_where_things_mostly_do(
    client: Client, table: str, field: str
) -> None:
    page = client.get(address(table, "add"), {"person": "00000015"})

    form = page.context["adminform"].form
    assert form["person"].value() == "00000015"
    if field:
        begun = form[field].value()
        assert f'value="{begun.strftime(MOMENT)}"' in page.content.decode()
        assert abs(begun.replace(tzinfo=UTC) - database_now()) < timedelta(minutes=1)


def test_two_patients_of_one_form_are_told_apart(client: Client) -> None:
    form = client.get(address("exposure", "add")).context["adminform"].form

    assert form["person"].label == "Patient (MRN)"
    assert form["source_person"].label == "Source person (MRN)"
    assert "related-widget-wrapper" not in form.as_p()
