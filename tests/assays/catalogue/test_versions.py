"""A change of the catalogue is drafted by one person, approved by another, and then in force."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from itertools import product

import pytest
from django.db import DatabaseError, transaction

from assays.actions import catalogue, versions
from assays.actions.catalogue import RangeDraft
from assays.actions.coverage_gate import NotCovered
from assays.models import Assay, AssayVersion, CatalogueEvent, Panel, UnitConversion
from assays.models.catalogue_events import VERSIONED
from assays.models.versioned import Versioned
from assays.queries import catalogue as held
from assays.rules.states import VERSION, VersionStatus
from labsys.accounts.roles import Role
from labsys.audit.context import acting
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput, NotAllowed
from tests import factories, laboratory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def loaded() -> None:
    laboratory.load_catalogue()


@pytest.fixture
def author():
    return factories.principal(Role.PATHOLOGIST, name="author")


@pytest.fixture
def approver():
    return factories.principal(Role.QUALITY_MANAGER, name="approver")


def draft(author, code: str = "TSH", **changes) -> AssayVersion:
    assay = Assay.objects.get(analyte__code=code)
    return catalogue.draft_assay_version(
        assay=assay, by=author, at=database_now(), note="New reagent.", **changes
    )


def everybody(low: str | None, high: str | None, **changes) -> RangeDraft:
    limits = {"low": low and Decimal(low), "high": high and Decimal(high)}
    box = {"species": "*", "sex": "*", "age_low_days": 0, "age_high_days": None, "state": "ANY"}
    return RangeDraft(**{**box, **limits, "source": "Own study", **changes})


def test_a_draft_is_a_copy_of_the_version_in_force_with_the_changes(author) -> None:
    made = draft(author, values={"decimals": 3})

    before = AssayVersion.objects.get(assay=made.assay, status="ACTIVE")
    assert (made.number, made.status, made.decimals) == (2, "DRAFT", 3)
    assert made.unit == before.unit
    assert made.intervals.count() == before.intervals.count()
    assert made.critical_limits.count() == before.critical_limits.count()
    assert all(row.copied_from.version == before for row in made.intervals.all())


def test_nothing_changes_for_results_until_the_version_is_in_force(author, approver) -> None:
    made = draft(author, values={"decimals": 3})
    seen = [held.current().by_code["TSH"][0].decimals]

    versions.approve(version=made, by=approver, at=database_now())
    seen.append(held.current().by_code["TSH"][0].decimals)
    versions.activate(version=made, by=approver, at=database_now())
    seen.append(held.current().by_code["TSH"][0].decimals)

    assert seen == [2, 2, 3]


def test_the_version_before_is_retired_at_the_moment_the_next_one_starts(author, approver) -> None:
    new = laboratory.new_version("TSH", author=author, approver=approver)

    old = AssayVersion.objects.get(assay=new.assay, number=1)
    assert (old.status, old.active_until) == ("RETIRED", new.active_from)


def test_the_author_cannot_approve(author) -> None:
    made = draft(author)

    with pytest.raises(versions.SamePerson, match="You drafted .* somebody else"):
        versions.approve(version=made, by=author, at=database_now())


def test_the_database_refuses_an_author_who_approves(author) -> None:
    made = draft(author)

    with (
        pytest.raises(DatabaseError, match="approved_by_another"),
        transaction.atomic(),
        acting(by=author, at=database_now(), action="test"),
    ):
        AssayVersion.objects.filter(pk=made.pk).update(status="APPROVED", approved_by=author)


def test_the_database_refuses_a_version_in_force_that_nobody_approved(author) -> None:
    made = draft(author, code="CRP")

    with (
        pytest.raises(DatabaseError, match="approved_by_another"),
        transaction.atomic(),
        acting(by=author, at=database_now(), action="test"),
    ):
        AssayVersion.objects.filter(pk=made.pk).update(status="RETIRED")


def test_a_role_without_the_permission_neither_drafts_nor_approves(author) -> None:
    technologist = factories.principal(Role.TECHNOLOGIST)

    with pytest.raises(NotAllowed):
        draft(technologist)
    with pytest.raises(NotAllowed):
        versions.approve(version=draft(author), by=technologist, at=database_now())


def test_a_gap_is_refused_and_named_exactly(author, approver) -> None:
    adults = [everybody("1", "2", age_low_days=6575)]
    made = draft(author, intervals=adults)
    versions.approve(version=made, by=approver, at=database_now())

    with pytest.raises(NotCovered, match=r"No row covers: \* \* \[0, 6575\) days ANY\."):
        versions.activate(version=made, by=approver, at=database_now())

    assert AssayVersion.objects.get(assay=made.assay, status="ACTIVE").number == 1


def test_an_overlap_is_refused_and_names_both_rows(author, approver) -> None:
    made = draft(author, intervals=[everybody("1", "2"), everybody("1", "3", age_low_days=100)])
    versions.approve(version=made, by=approver, at=database_now())
    first, second = made.intervals.order_by("id").values_list("pk", flat=True)

    with pytest.raises(NotCovered, match=rf"\[100, \) days ANY \(rows {first}, {second}\)"):
        versions.activate(version=made, by=approver, at=database_now())


def test_holes_can_be_stated_with_a_reason(author, approver) -> None:
    new = laboratory.new_version(
        "TSH",
        author=author,
        approver=approver,
        intervals=[everybody("1", "2", age_low_days=6575)],
        hole_reason="No children are measured here.",
    )

    hole = new.intervals.get(established=False)
    assert (hole.age_low_days, hole.age_high_days) == (0, 6575)
    assert hole.reason == "No children are measured here."


def test_a_changed_unit_needs_every_range_anew(author) -> None:
    with pytest.raises(InvalidInput, match="every interval and limit") as refusal:
        draft(author, values={"unit": "u[IU]/mL"})

    assert refusal.value.field == "unit"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"unit": "mg per dl"}, "unit"),
        ({"decimals": 40}, "decimals"),
        ({"amr_low": Decimal(5), "amr_high": Decimal(1)}, "amr_low"),
        ({"delta_percent": Decimal(-1)}, "delta_percent"),
        ({"colour": "red"}, "colour"),
        ({"answers": ["DETECTED", "DETECTED"]}, "answers"),
        ({"answers": ["not detected"]}, "answers"),
    ],
)
def test_a_value_that_cannot_be_is_refused_at_its_field(author, values, field) -> None:
    with pytest.raises(InvalidInput) as refusal:
        draft(author, values=values)

    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (everybody("3", "2"), "Row 1: the lower limit 3 lies above the upper limit 2."),
        (everybody(None, None), "Row 1: an established interval has at least one limit."),
        (everybody("1", "2", species="humann"), "Row 1: no species has the code humann."),
        (everybody("1", "2", state="FULL_MOON"), "Row 1: 'FULL_MOON' is not a state of the body"),
        (everybody("1", "2", source=" "), "Row 1: say where these limits are from."),
    ],
)
def test_an_interval_that_contradicts_itself_is_refused_by_its_row(author, row, says) -> None:
    with pytest.raises(InvalidInput, match="^" + says.replace(".", r"\.")):
        draft(author, intervals=[row])


def test_a_draft_made_before_another_change_came_into_force_would_undo_it(author, approver) -> None:
    first, second = draft(author, values={"decimals": 1}), draft(author, values={"decimals": 3})
    for made in (first, second):
        versions.approve(version=made, by=approver, at=database_now())
    versions.activate(version=first, by=approver, at=database_now())

    with pytest.raises(versions.Outdated, match="draft the change anew"):
        versions.activate(version=second, by=approver, at=database_now())


def test_a_version_with_a_date_comes_into_force_when_it_is_due(author, approver) -> None:
    made, at = draft(author, values={"decimals": 3}), database_now()
    versions.approve(version=made, by=approver, at=at)
    start = at + timedelta(days=2)
    versions.activate(version=made, by=approver, at=at, active_from=start)
    sweep = laboratory.system("sweep")
    assert held.current().by_code["TSH"][0].decimals == 2

    early = versions.activate_due(by=sweep, at=start - timedelta(seconds=1))
    due = versions.activate_due(by=sweep, at=start)

    assert (early, due) == ([], ["TSH (unspecified) v2"])
    assert held.current().by_code["TSH"][0].decimals == 3


def test_what_is_due_but_was_overtaken_is_discarded_with_the_reason(author, approver) -> None:
    made, at = draft(author, values={"decimals": 3}), database_now()
    versions.approve(version=made, by=approver, at=at)
    start = at + timedelta(days=2)
    versions.activate(version=made, by=approver, at=at, active_from=start)
    laboratory.new_version("TSH", author=author, approver=approver, values={"decimals": 1})

    versions.activate_due(by=laboratory.system("sweep"), at=start)

    made.refresh_from_db()
    assert made.status == "DISCARDED"
    assert "would be undone" in made.events.latest("id").reason


def test_nothing_comes_into_force_in_the_past(author, approver) -> None:
    made = draft(author)
    versions.approve(version=made, by=approver, at=database_now())

    with pytest.raises(InvalidInput, match="cannot come into force in the past"):
        versions.activate(
            version=made,
            by=approver,
            at=database_now(),
            active_from=database_now() - timedelta(days=1),
        )


def test_a_retired_assay_is_in_the_catalogue_no_more(approver) -> None:
    version = AssayVersion.objects.get(assay__analyte__code="TSH")

    versions.retire(version=version, by=approver, at=database_now(), reason="No analyser.")

    assert "TSH" not in held.current().by_code


def make_in(status: VersionStatus, author, approver) -> AssayVersion:
    """Drive a version to a state by actions alone."""
    at = database_now()
    made = draft(author)
    if status in (VersionStatus.APPROVED, VersionStatus.ACTIVE, VersionStatus.RETIRED):
        versions.approve(version=made, by=approver, at=at)
    if status in (VersionStatus.ACTIVE, VersionStatus.RETIRED):
        versions.activate(version=made, by=approver, at=database_now())
    if status is VersionStatus.RETIRED:
        versions.retire(version=made, by=approver, at=database_now(), reason="Tested.")
    if status is VersionStatus.DISCARDED:
        versions.discard(version=made, by=author, at=at, reason="Not needed.")
    return made


@pytest.mark.parametrize(("old", "new"), list(product(VersionStatus, repeat=2)))
def test_every_pair_of_states_moves_or_is_refused_as_the_table_says(
    old: VersionStatus, new: VersionStatus, author, approver
) -> None:
    made = make_in(old, author, approver)
    moves = {
        VersionStatus.APPROVED: lambda: versions.approve(
            version=made, by=approver, at=database_now()
        ),
        VersionStatus.ACTIVE: lambda: versions.activate(
            version=made, by=approver, at=database_now()
        ),
        VersionStatus.RETIRED: lambda: versions.retire(
            version=made, by=approver, at=database_now(), reason="No."
        ),
        VersionStatus.DISCARDED: lambda: versions.discard(
            version=made, by=approver, at=database_now(), reason="No."
        ),
    }
    if new is VersionStatus.DRAFT:
        assert not VERSION.can_move(old, new)
        return
    events = CatalogueEvent.objects.filter(version=made).count()

    if VERSION.can_move(old, new):
        moves[new]()
    else:
        with pytest.raises((versions.VersionMoved, versions.Outdated)):
            moves[new]()

    made.refresh_from_db()
    assert made.status == (new if VERSION.can_move(old, new) else old)
    moved = CatalogueEvent.objects.filter(version=made).count() - events
    assert moved == (1 if VERSION.can_move(old, new) else 0)


def test_a_failing_event_leaves_the_version_where_it_was(author, approver, monkeypatch) -> None:
    made = draft(author)

    def fail(*args, **kwargs) -> None:
        raise RuntimeError("no event")

    monkeypatch.setattr(versions, "record", fail)

    with pytest.raises(RuntimeError, match="no event"):
        versions.approve(version=made, by=approver, at=database_now())

    made.refresh_from_db()
    assert made.status == "DRAFT"


def test_a_panel_keeps_its_order_and_changes_by_a_version(author, approver) -> None:
    panel = Panel.objects.get(code="THYROID")
    assays = [Assay.objects.get(analyte__code=code) for code in ("FT4", "TSH")]
    made = catalogue.draft_panel_version(
        panel=panel, assays=assays, by=author, at=database_now(), note="FT3 only on request."
    )
    versions.approve(version=made, by=approver, at=database_now())
    versions.activate(version=made, by=approver, at=database_now())

    in_force = held.current().panels[panel.pk]

    assert [held.current().assays[pk].code for pk in in_force.assay_ids] == ["FT4", "TSH"]


def test_a_conversion_works_once_two_people_have_seen_it(author, approver) -> None:
    shipped = UnitConversion.objects.get(analyte__code="GLU", from_unit="mmol/L")
    glucose = held.current().by_code["GLU"][0]
    assert glucose.conversions == ()

    versions.approve(version=shipped, by=approver, at=database_now())
    versions.activate(version=shipped, by=approver, at=database_now())

    (conversion,) = held.current().by_code["GLU"][0].conversions
    assert (conversion.from_unit, conversion.to_unit) == ("mmol/L", "mg/dL")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"factor": Decimal(0)}, "factor"),
        ({"factor": Decimal(-2)}, "factor"),
        ({"to_unit": "mg/dL"}, "to_unit"),
        ({"from_unit": "mg per"}, "from_unit"),
        ({"source": ""}, "source"),
    ],
)
def test_a_conversion_that_converts_nothing_is_refused(author, changes, field) -> None:
    glucose = held.current().by_code["GLU"][0]
    given = {"from_unit": "mg/dL", "to_unit": "g/L", "factor": Decimal("0.01"), "source": "exact"}

    with pytest.raises(InvalidInput) as refusal:
        catalogue.draft_conversion(
            analyte=Assay.objects.get(pk=glucose.assay_id).analyte,
            by=author,
            at=database_now(),
            **{**given, **changes},
        )

    assert refusal.value.field == field


@pytest.mark.parametrize("model", Versioned.__subclasses__(), ids=lambda model: model.__name__)
def test_what_is_versioned_is_declared_once_and_as_its_table_keeps_it(model) -> None:
    """The model's own line is all that the life of versions knows of it."""
    one_active = next(one for one in model._meta.constraints if one.name.endswith("_one_active"))

    assert model in VERSIONED
    assert model.LIFE.key == one_active.fields
    assert [other for other in VERSIONED if other.LIFE.noun == model.LIFE.noun] == [model]
