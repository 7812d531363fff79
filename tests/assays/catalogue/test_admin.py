"""The admin changes the catalogue by the same actions as everybody, and shows what is refused."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assays import models
from assays.models import (
    AssayVersion,
    CodeMapping,
    Instrument,
    Order,
    PanelVersion,
    RangeSignature,
    ReferenceInterval,
    Specimen,
    UnitConversion,
)
from assays.pages import range_lines
from assays.queries import catalogue as held
from labsys.accounts.roles import Role
from labsys.lib.admin import RecordAdmin
from labsys.lib.errors import InvalidInput
from tests import factories, laboratory

pytestmark = pytest.mark.django_db

MINE = (
    models.SpecimenType,
    models.Analyte,
    models.Assay,
    models.AssayVersion,
    models.ReferenceInterval,
    models.Panel,
    models.PanelVersion,
    models.UnitConversion,
    models.CatalogueEvent,
    models.Instrument,
    models.CodeMapping,
    models.Order,
    models.Specimen,
    models.SpecimenIdentifier,
)


@pytest.fixture(autouse=True)
def loaded() -> None:
    laboratory.load_catalogue()


@pytest.fixture
def author():
    return factories.principal(Role.PATHOLOGIST, name="author")


@pytest.fixture
def approver():
    return factories.principal(Role.PATHOLOGIST, name="approver")


def browser(principal) -> Client:
    client = Client()
    client.force_login(principal.user)
    return client


def url(model, view: str, *args: object) -> str:
    return reverse(f"admin:assays_{model._meta.model_name}_{view}", args=args)


def move(client: Client, row, name: str, **data: object):
    return client.post(url(type(row), "move", row.pk, name), data)


@pytest.mark.parametrize("model", MINE, ids=lambda model: model.__name__)
def test_every_list_and_row_opens_and_nothing_is_edited_in_place(model, author) -> None:
    laboratory.received(laboratory.order("TSH", by=author), by=worker(author))
    client = browser(author)

    answers = [client.get(url(model, "changelist"))]
    row = model.objects.first()
    if row is not None:
        answers.append(client.get(url(model, "change", row.pk)))

    assert {answer.status_code for answer in answers} == {200}
    assert isinstance(admin.site._registry[model], RecordAdmin)
    assert b'name="_save"' not in answers[-1].content


def worker(author):
    return factories.principal(Role.PATHOLOGIST, Role.TECHNOLOGIST)


@pytest.mark.parametrize("model", [AssayVersion, ReferenceInterval, Specimen, Order])
def test_a_list_costs_the_same_for_few_rows_and_for_many(model, author) -> None:
    client, counts = browser(author), []
    client.get(url(model, "changelist"))
    for more in (1, 6):
        for _one in range(more):
            laboratory.order("TSH", by=author)
        with CaptureQueriesContext(connection) as queries:
            client.get(url(model, "changelist"))
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_a_version_is_drafted_approved_by_another_and_brought_into_force(author, approver) -> None:
    assay = held.current().by_code["TSH"][0]
    client, other = browser(author), browser(approver)
    form = client.get(url(AssayVersion, "add"), {"assay": assay.assay_id}).context["adminform"].form
    data = {name: form[name].value() for name in form.fields}
    data = {name: "" if value is None else value for name, value in data.items()}

    drafted = client.post(url(AssayVersion, "add"), {**data, "decimals": 3, "note": "New reagent."})
    version = AssayVersion.objects.latest("id")
    own = move(client, version, "approve", reason="")
    approved = move(other, version, "approve", reason="")
    active = move(other, version, "activate", active_from_0="", active_from_1="")

    assert (drafted.status_code, own.status_code) == (302, 422)
    assert "somebody else has to approve it" in own.content.decode()
    assert (approved.status_code, active.status_code) == (302, 302)
    assert held.current().by_code["TSH"][0].decimals == 3


def test_the_coded_answers_of_an_assay_are_shown_kept_and_changed(author) -> None:
    assay = held.current().by_code["HIV1-VL"][0]
    client, where = browser(author), url(AssayVersion, "add")
    form = client.get(where, {"assay": assay.assay_id}).context["adminform"].form
    data = {name: form[name].value() for name in form.fields}
    data = {name: "" if value is None else value for name, value in data.items()} | {"note": "New."}

    same = client.post(where, data)
    fewer = client.post(where, {**data, "answers": "NOT_DETECTED  DETECTED"})
    wrong = client.post(where, {**data, "answers": "DETECTED <20"})

    first, second = AssayVersion.objects.filter(assay=assay.assay_id).order_by("-number")[:2][::-1]
    page = client.get(url(AssayVersion, "change", second.pk)).content.decode()
    assert (same.status_code, fewer.status_code, wrong.status_code) == (302, 302, 200)
    assert first.answers == list(assay.answers)
    assert second.answers == ["NOT_DETECTED", "DETECTED"]
    assert "NOT_DETECTED, DETECTED" in page
    assert "is no code" in wrong.content.decode()


def test_a_refused_draft_says_why_at_its_field_and_keeps_what_was_typed(author) -> None:
    assay = held.current().by_code["TSH"][0]
    data = {
        "assay": assay.assay_id, "kind": "NUMERIC", "unit": "m[IU]/L", "decimals": "2",
        "intervals": "human,F,0,,ANY,5,2,Own study", "critical": "", "note": "Wrong.",
    }  # fmt: skip

    answer = browser(author).post(url(AssayVersion, "add"), data)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Row 1: the lower limit 5 lies above the upper limit 2." in page
    assert "human,F,0,,ANY,5,2,Own study" in page
    assert AssayVersion.objects.filter(number=2).count() == 0


def test_a_gap_is_shown_before_anybody_tries(author) -> None:
    version = AssayVersion.objects.get(assay__analyte__code="TSH")

    page = browser(author).get(url(AssayVersion, "change", version.pk)).content.decode()

    assert "Every patient is covered exactly once." in page


def test_no_interval_is_signed_by_a_button_that_asks_no_password(author) -> None:
    row = ReferenceInterval.objects.filter(established=True).first()

    answer = move(browser(author), row, "sign", reason="Compared with our own data.")

    assert answer.status_code == 404
    assert not RangeSignature.objects.exists()


def test_a_panel_is_drafted_by_its_codes(author) -> None:
    panel = models.Panel.objects.get(code="THYROID")
    client, where = browser(author), url(PanelVersion, "add")

    wrong = client.post(where, {"panel": panel.pk, "assays": "TSH NOPE", "note": "Less."})
    right = client.post(where, {"panel": panel.pk, "assays": "TSH, FT4", "note": "Less."})

    made = PanelVersion.objects.get(panel=panel, number=2)
    assert "No assay has the code NOPE" in wrong.content.decode()
    assert right.status_code == 302
    assert [member.assay.analyte.code for member in made.members.all()] == ["TSH", "FT4"]


def test_a_conversion_is_drafted_and_refused_at_its_field(author) -> None:
    analyte = models.Analyte.objects.get(code="GLU")
    data = {"analyte": analyte.pk, "from_unit": "g/L", "to_unit": "mg/dL", "offset": "0"}
    client, where = browser(author), url(UnitConversion, "add")

    wrong = client.post(where, {**data, "factor": "-1", "source": "x"})
    right = client.post(where, {**data, "factor": "100", "source": "exact"})

    assert "greater than zero" in wrong.content.decode()
    assert right.status_code == 302


def test_an_administrator_registers_an_instrument_and_a_pathologist_maps_its_code(author) -> None:
    administrator = factories.principal(Role.ADMINISTRATOR)
    given = {"code": "chem-1", "name": "Chemistry 1", "protocol": "HTTP", "time_zone": "UTC"}
    registered = browser(administrator).post(url(Instrument, "add"), given)
    instrument = Instrument.objects.get()
    assay = held.current().by_code["GLU"][0].assay_id

    mapped = browser(author).post(
        url(CodeMapping, "add"), {"instrument": instrument.pk, "code": "GLU", "assay": assay}
    )

    assert (registered.status_code, mapped.status_code) == (302, 302)
    assert CodeMapping.objects.get().status == "DRAFT"


def test_an_administrator_connects_an_analyser_and_changes_how_it_is_read() -> None:
    client = browser(factories.principal(Role.ADMINISTRATOR))
    given = {
        "code": "pcr-1",
        "name": "PCR 1",
        "protocol": "ASTM",
        "driver": "abbott-m2000",
        "peer_networks": "127.0.0.0/8\n10.1.0.0/16",
        "time_zone": "UTC",
        "settings": '{"sender": "m2000"}',
    }
    registered = client.post(url(Instrument, "add"), given)
    instrument = Instrument.objects.get()
    asked = client.get(reverse("admin:assays_instrument_move", args=[instrument.pk, "reconfigure"]))

    changed = move(
        client,
        instrument,
        "reconfigure",
        driver="lis2a2",
        peer_networks="10.1.0.0/16",
        time_zone="Europe/Paris",
        settings='{"sender": "m2000", "oldest_days": 90}',
        reason="moved to another room",
    )

    instrument.refresh_from_db()
    assert (registered.status_code, changed.status_code) == (302, 302)
    assert "10.1.0.0/16" in asked.content.decode()
    assert (instrument.driver, instrument.time_zone) == ("lis2a2", "Europe/Paris")
    assert instrument.settings == {"sender": "m2000", "oldest_days": 90}


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("settings", '{"sendr": "m2000"}', "“sendr” is not a setting"),
        ("settings", "[1]", "Write an object"),
        ("settings", "{", "This is not JSON: look at line 1, column 2."),
        ("driver", "abbott-alinity-m", "abbott-alinity-m"),
        ("peer_networks", "everywhere", "“everywhere” is not a range of addresses"),
    ],
)
def test_what_cannot_be_of_a_connection_is_said_beside_its_field(field, typed, says) -> None:
    client = browser(factories.principal(Role.ADMINISTRATOR))
    given = {"code": "pcr-1", "name": "PCR 1", "protocol": "ASTM", "driver": "abbott-m2000"}

    shown = client.post(url(Instrument, "add"), {**given, "time_zone": "UTC", field: typed})

    assert says in str(shown.context["adminform"].form.errors[field])
    assert not Instrument.objects.exists()


def test_the_bench_receives_refuses_and_divides_by_buttons(author) -> None:
    bench = worker(author)
    client = browser(bench)
    specimen = laboratory.collect(laboratory.order("TSH", by=author).specimens.get(), by=bench)

    codes = [
        move(client, specimen, "receive").status_code,
        move(client, specimen, "divide", count=2).status_code,
        move(client, specimen, "reject", reason_code="RH", reason="").status_code,
        move(client, specimen, "receive").status_code,
    ]

    assert codes == [302, 302, 302, 422]
    assert Specimen.objects.filter(parent=specimen).count() == 2


def test_an_order_is_put_on_hold_and_cancelled_by_buttons(author) -> None:
    order, client = laboratory.order("TSH", by=author), browser(author)

    held_answer = move(client, order, "hold", reason="Patient is away.")
    unexplained = move(client, order, "cancel", reason="")
    resumed = move(client, order, "resume")
    cancelled = move(client, order, "cancel", reason="Discharged.")

    order.refresh_from_db()
    codes = [a.status_code for a in (held_answer, unexplained, resumed, cancelled)]
    assert codes == [302, 422, 302, 302]
    assert order.status == "REVOKED"


def test_a_technologist_sees_no_button_of_the_catalogue() -> None:
    client = browser(factories.principal(Role.TECHNOLOGIST))
    version = AssayVersion.objects.first()

    page = client.get(url(AssayVersion, "change", version.pk)).content.decode()

    assert "/move/" not in page
    assert client.get(url(AssayVersion, "add")).status_code == 403
    assert move(client, version, "retire", reason="No.").status_code == 403


def test_lines_read_back_as_they_were_written() -> None:
    version = AssayVersion.objects.get(assay__analyte__code="HGB")
    rows = list(version.intervals.order_by("id"))

    drafts = range_lines.read(range_lines.written(rows), field="intervals")

    assert [
        (d.species, d.sex, d.state, d.low, d.high, d.established, d.reason) for d in drafts
    ] == [(r.species, r.sex, r.state, r.low, r.high, r.established, r.reason) for r in rows]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("human,F,0", "Line 1 has 3 columns"),
        ("human,F,young,,ANY,1,2,x", "Line 1: “young” is not an age in days"),
        ("human,F,0,,ANY,NaN,2,x", "Line 1: "),
        ("human,F,0,,ANY,1e400,2,x", "Line 1: "),
        ('human,F,"0', "not CSV"),
    ],
)
def test_a_line_that_does_not_read_is_refused_by_its_number(line: str, says: str) -> None:
    with pytest.raises(InvalidInput, match=says) as refusal:
        range_lines.read(line, field="intervals")

    assert refusal.value.field == "intervals"
