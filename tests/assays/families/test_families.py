"""A declared family reads what its instruments send, once a second person has approved it."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assays.actions import driver_families, instruments, versions
from assays.instruments.astm.options import LinkOptions
from assays.models import CatalogueEvent, DriverFamily, Instrument, Result
from assays.queries import dry_runs, families, sources
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, InvalidInputs, NotAllowed
from labsys.lib.wording import Refused
from tests import factories
from tests.assays import laboratory
from tests.assays.families import declared
from tests.assays.families.declared import draft, in_force, message
from tests.assays.interpreting import plain
from tests.assays.listeners import wires

pytestmark = pytest.mark.django_db


@pytest.fixture
def assays() -> dict[str, Any]:
    return laboratory.assays(HGB={"low": "12", "high": "15.5"})


def analyser(assays: dict[str, Any]) -> Instrument:
    return laboratory.instrument(
        {"HB": assays["HGB"]},
        protocol="ASTM",
        driver="acme-chem",
        peer_networks=list(wires.LOOPBACK),
    )


def test_messages_are_filed_as_the_family_in_force_reads_them(assays) -> None:
    in_force()
    specimen = laboratory.specimen([assays["HGB"]])

    (sent,) = plain.read(analyser(assays), message(specimen.accession, "HB|13.2|g/dL"))

    assert (sent.status, plain.ends(sent)) == ("FILED", ["RECORDED"])
    assert Result.objects.get().specimen == specimen


def test_control_material_is_told_as_declared(assays) -> None:
    in_force()
    specimen = laboratory.specimen([assays["HGB"]])

    text = message(specimen.accession, "HB|13.2|g/dL", mark="K")
    (sent,) = plain.read(analyser(assays), text)

    assert plain.ends(sent) == ["QC"]


def test_a_new_version_counts_from_the_next_message_on(assays) -> None:
    in_force()
    specimen, sender = laboratory.specimen([assays["HGB"]]), analyser(assays)
    (before,) = plain.read(sender, message(specimen.accession, "HB|NEG|"))
    in_force(declaration={"astm": {"specimen": ["O.4.2"], "code": ["R.3.5"]}})

    (after,) = plain.read(sender, message(specimen.accession, "HB|13.2|g/dL", number=2))

    assert plain.ends(before) == ["NOT_A_NUMBER"]
    assert plain.ends(after) == ["NO_SPECIMEN"]


def test_a_draft_reads_nothing_and_is_not_chosen() -> None:
    draft()

    assert "acme-chem" not in families.names()
    with pytest.raises(Refused, match="There is no driver “acme-chem”"):
        families.find("acme-chem")
    with pytest.raises(InvalidInput, match="There is no driver"):
        instruments.register(
            by=factories.principal(Role.ADMINISTRATOR),
            at=database_now(),
            code="acme",
            name="Acme",
            protocol="ASTM",
            driver="acme-chem",
        )


def test_an_instrument_can_be_set_to_a_family_in_force() -> None:
    in_force()

    made = instruments.register(
        by=factories.principal(Role.ADMINISTRATOR),
        at=database_now(),
        code="acme",
        name="Acme",
        protocol="ASTM",
        driver="acme-chem",
    )

    assert made.driver == "acme-chem"


def test_the_author_of_a_draft_does_not_approve_it() -> None:
    author = factories.principal(Role.QUALITY_MANAGER)
    made = draft(by=author)

    with pytest.raises(versions.SamePerson):
        versions.approve(version=made, by=author, at=database_now())


@pytest.mark.parametrize("role", [Role.TECHNOLOGIST, Role.ADMINISTRATOR, Role.INSTRUMENT])
def test_only_who_drafts_the_catalogue_declares_a_family(role) -> None:
    with pytest.raises(NotAllowed):
        draft(by=factories.principal(role))


def test_every_move_of_a_family_is_an_event_of_the_catalogue() -> None:
    made = in_force()

    moves = CatalogueEvent.objects.filter(driver_family=made).order_by("pk")

    assert [(one.old, one.new) for one in moves] == [
        *(("", "DRAFT"), ("DRAFT", "APPROVED"), ("APPROVED", "ACTIVE")),
    ]
    assert moves[0].reason == "from its manual"


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"name": "Acme Chem"}, "name", "small letters"),
        ({"name": "sysmex-xn"}, "name", "a driver that ships"),
        ({"label": " "}, "label", "what people call it"),
        ({"base": "acme-chem"}, "base", "a driver that ships"),
        ({"note": " "}, "note", ""),
        ({"note": "x" * 2001}, "note", "2000"),
        ({"declaration": {"astm": {"code": ["R34"]}}}, "astm.code", "An example: [\"R.3.4\"]"),
        ({"declaration": []}, "declaration", "an object of at most"),
    ],
)  # fmt: skip
def test_what_cannot_be_declared_is_refused_by_its_field(changes, field, said) -> None:
    with pytest.raises(InvalidInput) as refused:
        draft(**changes)

    assert refused.value.field == field
    assert said in str(refused.value)
    assert not DriverFamily.objects.exists()


def test_everything_wrong_is_said_at_once() -> None:
    with pytest.raises(InvalidInputs) as refused:
        draft(name="X", declaration={"astm": {"code": ["x"], "charset": "x"}})

    assert [field for field, _why in refused.value.errors] == ["name", "astm.charset", "astm.code"]


def test_a_family_that_instruments_rest_on_is_not_retired(assays) -> None:
    made, user = in_force(), analyser(assays)
    quality = factories.principal(Role.QUALITY_MANAGER)

    with pytest.raises(Conflict, match=user.name):
        versions.retire(version=made, by=quality, at=database_now(), reason="gone")

    with laboratory.setting_up():
        Instrument.objects.filter(pk=user.pk).update(driver="lis2a2")
    versions.retire(version=made, by=quality, at=database_now(), reason="gone")
    assert "acme-chem" not in families.names()


def test_what_a_family_without_a_version_in_force_sends_is_held(assays) -> None:
    specimen = laboratory.specimen([assays["HGB"]])

    (sent,) = plain.read(analyser(assays), message(specimen.accession, "HB|13.2|g/dL"))

    assert plain.ends(sent) == ["UNREADABLE"]
    assert "no driver “acme-chem”" in plain.items(sent)[0].hold_reason


def test_a_declaration_that_cannot_be_read_any_more_reads_nothing() -> None:
    seed, at = factories.seed(), database_now()
    given = {**declared.GIVEN, "declaration": {"baud": 9600}, "number": 1, "status": "ACTIVE"}
    stamp = {"drafted_by": seed, "drafted_at": at, "approved_by": seed, "approved_at": at}
    with laboratory.setting_up():
        made = DriverFamily.objects.create(**given, **stamp, active_from=at)
        CatalogueEvent.objects.create(
            driver_family=made, new="ACTIVE", recorded_by=seed, recorded_at=at
        )

    assert made.name not in families.names()


def test_the_listener_frames_as_the_family_declares(assays) -> None:
    in_force(declaration={**declared.DECLARATION, "link": {"frame_numbers": 10}})
    analyser(assays)

    (source,) = sources.sources()

    assert source.framing == LinkOptions(numbering=10)


def test_a_driver_that_ships_is_found_without_asking_the_database() -> None:
    with CaptureQueriesContext(connection) as asked:
        families.find("sysmex-xn")

    assert len(asked) == 0


def test_a_declared_family_costs_one_small_question_a_time() -> None:
    in_force()
    families.find("acme-chem")

    with CaptureQueriesContext(connection) as asked:
        families.find("acme-chem")

    assert len(asked) == 1


def test_a_family_is_recognised_by_its_name() -> None:
    in_force()

    assert families.suggest(message("S-1", "HB|1|g/dL")) == "acme-chem"


def test_a_message_is_tried_with_a_draft_before_anybody_approves_it(assays) -> None:
    made = draft()
    specimen, sender = laboratory.specimen([assays["HGB"]]), analyser(assays)
    text = message(specimen.accession, "HB|13.2|g/dL", mark="K")

    (as_now,) = dry_runs.runs(text, at=database_now(), instrument=sender, driver="lis2a2")
    (tried,) = dry_runs.runs(
        text, at=database_now(), instrument=sender, driver=f"{families.DRAFT}{made.pk}"
    )

    assert [outcome.status for _value, outcome in as_now.values] == ["RECORDED"]
    assert [outcome.status for _value, outcome in tried.values] == ["QC"]
    assert not Result.objects.exists()


def test_the_command_reads_by_a_family_and_by_a_draft(tmp_path: Path) -> None:
    in_force()
    other = draft(declaration={"astm": {"specimen": ["O.4.4"], "code": ["R.3.5"]}})
    file = tmp_path / "message.astm"
    file.write_bytes(message("S-7", "HB|13.2|g/dL"))

    said = {}
    for name in ("acme-chem", f"{families.DRAFT}{other.pk}"):
        out = StringIO()
        call_command("interpret", str(file), "--driver", name, "--json", stdout=out)
        said[name] = json.loads(out.getvalue())

    (by_family, by_draft) = said.values()
    assert by_family["suggested"] == "acme-chem"
    assert by_family["results"][0]["specimen_id"] == "S-7"
    assert by_draft["results"][0]["specimen_id"] == "B"


def test_the_driver_of_a_row_is_what_was_declared() -> None:
    made = draft()

    found = families.driver_of(made)

    assert (found.name, found.label) == ("acme-chem", "Acme Chem 3")
    assert (
        driver_families.check(
            name=made.name, label=made.label, base=made.base, declaration=made.declaration
        )
        == found
    )
