"""Reflex rules: they order once per result, on the same specimen, and never for ever."""

from __future__ import annotations

from datetime import date

import pytest

from assays.actions import catalogue, versions
from assays.actions.catalogue import ConditionDraft
from assays.actions.loop_gate import Loop
from assays.actions.versions import SamePerson
from assays.models import (
    Analyte,
    Assay,
    Order,
    OrderItem,
    ReflexFiring,
    ReflexRule,
    ReflexVersion,
    Result,
    Specimen,
)
from assays.rules.reflexes import Kind, Match
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput, NotAllowed
from tests import factories, laboratory
from tests.assays.calculations.entering import enter, man, specimens_of, work_off

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _catalogue() -> None:
    laboratory.load_catalogue()


@pytest.fixture
def authors():
    return factories.principal(Role.PATHOLOGIST), factories.principal(Role.QUALITY_MANAGER)


@pytest.fixture
def technologist():
    return factories.principal(Role.TECHNOLOGIST)


def above(code: str, limit: str) -> ConditionDraft:
    return ConditionDraft(Analyte.objects.get(code=code), Kind.VALUE, limit, ">")


def flagged(code: str, flag: str) -> ConditionDraft:
    return ConditionDraft(Analyte.objects.get(code=code), Kind.FLAG, flag)


def draft(
    author, conditions, adds: str, *, match: Match = Match.ANY, code: str = ""
) -> ReflexVersion:
    code = code or f"rule-{ReflexRule.objects.count()}"
    rule = ReflexRule.objects.filter(code=code).first() or catalogue.add_reflex_rule(
        code=code, name=f"Rule {code}", by=author, at=database_now()
    )
    return catalogue.draft_reflex(
        rule=rule,
        match=match,
        conditions=conditions,
        assays=[Assay.objects.get(analyte__code=one) for one in adds.split()],
        by=author,
        at=database_now(),
        note="agreed with the ward",
    )


def in_force(authors, conditions, adds: str, **more) -> ReflexVersion:
    author, approver = authors
    version = draft(author, conditions, adds, **more)
    versions.approve(version=version, by=approver, at=database_now())
    versions.activate(version=version, by=approver, at=database_now())
    return version


def reflexes() -> list[Order]:
    return list(Order.objects.filter(intent="REFLEX_ORDER").order_by("pk"))


def codes(order: Order) -> list[str]:
    return sorted(order.items.values_list("assay__analyte__code", flat=True))


def test_a_met_rule_orders_on_the_same_specimen_and_says_why(authors, technologist) -> None:
    version = in_force(authors, [above("TSH", "4.5")], "FT4")
    (serum,) = specimens_of("TSH")

    enter(serum, technologist, TSH="8.2")
    work_off()

    (order,) = reflexes()
    assert codes(order) == ["FT4"]
    assert order.requester == serum.order.requester
    assert order.recorded_by.name == "system:evaluate"
    assert order.items.get().status == "IN_PROCESS"
    assert list(order.items.get().specimen_items.values_list("specimen", flat=True)) == [serum.pk]
    assert "TSH > 4.5 mIU/L" in order.clinical_question
    firing = ReflexFiring.objects.get()
    assert (firing.version, firing.result.analyte.code, firing.order) == (version, "TSH", order)
    assert firing.facts == {"TSH": {"value": "8.2 m[IU]/L", "flags": ["H"]}}
    assert firing.depth == 1


def test_it_can_be_entered_there_like_anything_ordered(authors, technologist) -> None:
    in_force(authors, [above("TSH", "4.5")], "FT4")
    (serum,) = specimens_of("TSH")
    enter(serum, technologist, TSH="8.2")
    work_off()

    (result,) = enter(serum, technologist, FT4="0.7")

    assert result.order_item.order == reflexes()[0]


@pytest.mark.parametrize("value", ["4.5", "0.1", "<4.5"])
def test_a_value_that_is_not_beyond_the_limit_orders_nothing(
    authors, technologist, value: str
) -> None:
    in_force(authors, [above("TSH", "4.5")], "FT4")
    (serum,) = specimens_of("TSH")

    enter(serum, technologist, TSH=value)
    work_off()

    assert reflexes() == []


def test_a_rule_fires_once_for_a_result_however_often_it_is_evaluated(
    authors, technologist
) -> None:
    in_force(authors, [above("TSH", "4.5")], "FT4")
    (serum,) = specimens_of("TSH")
    enter(serum, technologist, TSH="8.2")
    work_off()
    from assays.actions import reflexes as firing
    from assays.queries import evaluations
    from assays.rules.evaluation import evaluate

    (subject,) = evaluations.subjects([Result.objects.get().recording_id]).popitem()[1]
    firing.fire(findings=[evaluate(subject)], by=laboratory.system("evaluate"), at=database_now())

    assert len(reflexes()) == 1


def test_all_conditions_have_to_be_met_on_the_specimen(authors, technologist) -> None:
    both = [above("TSH", "4.5"), flagged("FT4", "L")]
    in_force(authors, both, "FT3", match=Match.ALL)
    (serum,) = specimens_of("TSH FT4")

    enter(serum, technologist, TSH="8.2")
    work_off()
    assert reflexes() == []
    enter(serum, technologist, FT4="0.3")
    work_off()

    (order,) = reflexes()
    assert codes(order) == ["FT3"]
    assert set(ReflexFiring.objects.get().facts) == {"TSH", "FT4"}


def test_any_of_the_conditions_is_enough(authors, technologist) -> None:
    in_force(authors, [above("TSH", "4.5"), flagged("FT4", "L")], "FT3")
    (serum,) = specimens_of("TSH FT4")

    enter(serum, technologist, FT4="0.3")
    work_off()

    assert [codes(one) for one in reflexes()] == [["FT3"]]


def test_what_is_ordered_there_already_is_not_ordered_again(authors, technologist) -> None:
    in_force(authors, [above("TSH", "4.5")], "FT4")
    (serum,) = specimens_of("TSH FT4")

    enter(serum, technologist, TSH="8.2")
    work_off()

    assert reflexes() == []
    assert ReflexFiring.objects.get().outcome == "ORDERED_BEFORE"


def test_another_kind_of_specimen_is_asked_for(authors, technologist) -> None:
    in_force(authors, [above("TSH", "4.5")], "HGB")
    (serum,) = specimens_of("TSH")

    enter(serum, technologist, TSH="8.2")
    work_off()

    (order,) = reflexes()
    (expected,) = Specimen.objects.filter(order=order)
    assert (expected.status, expected.specimen_type.code) == ("EXPECTED", "EDTA-BLOOD")


def test_a_value_held_as_implausible_orders_nothing(authors, technologist) -> None:
    in_force(authors, [above("GLU", "200")], "HBA1C")
    (serum,) = specimens_of("GLU")
    held = laboratory.current().by_code["GLU"][0]
    from assays.actions import recordings
    from assays.actions.recordings import Typed
    from labsys.lib.quantities import parse_quantity

    recordings.record_typed(
        specimen=serum,
        values=[
            Typed(
                assay_id=held.assay_id,
                value=parse_quantity("3001", unit="mg/dL"),
                field="GLU",
                override="read twice",
            )
        ],
        observed_at=database_now(),
        by=technologist,
        at=database_now(),
    )
    work_off()

    assert reflexes() == []


def test_a_calculated_test_ordered_by_reflex_is_calculated_at_once(authors, technologist) -> None:
    in_force(authors, [above("CREAT", "1.3")], "EGFR")
    (serum,) = specimens_of("CREAT", of=man(date(1970, 1, 2)))

    enter(serum, technologist, CREAT="2.0")
    work_off()

    (order,) = reflexes()
    assert codes(order) == ["EGFR"]
    assert Result.objects.get(analyte__code="EGFR").value < 60


def test_a_chain_ends_where_rules_would_go_on(authors, technologist) -> None:
    chain = ["TSH", "FT4", "FT3", "LH", "FSH"]
    for before, after in zip(chain, chain[1:], strict=False):
        in_force(authors, [above(before, "0.01")], after)
    (serum,) = specimens_of("TSH")

    for code in chain:
        if OrderItem.objects.filter(assay__analyte__code=code).exists():
            enter(serum, technologist, **{code: "9"})
            work_off()

    assert [codes(one) for one in reflexes()] == [["FT4"], ["FT3"], ["LH"]]
    last = ReflexFiring.objects.order_by("pk").last()
    assert (last.outcome, last.depth, last.order) == ("CHAIN_ENDED", 4, None)


def test_a_rule_that_orders_what_it_looks_at_is_refused_at_approval(authors) -> None:
    author, approver = authors
    version = draft(author, [above("TSH", "4.5")], "FT4 TSH")

    with pytest.raises(Loop, match="TSH → TSH"):
        versions.approve(version=version, by=approver, at=database_now())


def test_a_loop_through_several_rules_is_refused_and_named(authors) -> None:
    author, approver = authors
    in_force(authors, [above("TSH", "4.5")], "FT4")
    in_force(authors, [flagged("FT4", "L")], "FT3")
    version = draft(author, [flagged("FT3", "L")], "TSH")

    with pytest.raises(Loop, match="FT3 → TSH → FT4 → FT3"):
        versions.approve(version=version, by=approver, at=database_now())


def test_a_loop_through_a_calculation_is_refused_too(authors) -> None:
    author, approver = authors
    version = draft(author, [flagged("EGFR", "L")], "CREAT")

    with pytest.raises(Loop, match="CREAT → EGFR → CREAT"):
        versions.approve(version=version, by=approver, at=database_now())


def test_a_new_version_of_a_rule_may_undo_its_own_loop(authors) -> None:
    in_force(authors, [above("TSH", "4.5")], "FT4", code="thyroid")
    in_force(authors, [flagged("LH", "H")], "FSH", code="gonads")

    in_force(authors, [above("FT4", "3")], "TSH", code="thyroid")

    assert ReflexVersion.objects.filter(status="ACTIVE").count() == 2


def test_a_draft_is_approved_by_somebody_else(authors) -> None:
    author, _approver = authors
    version = draft(author, [above("TSH", "4.5")], "FT4")

    with pytest.raises(SamePerson):
        versions.approve(version=version, by=author, at=database_now())


def test_a_technologist_drafts_no_rule(technologist) -> None:
    with pytest.raises(NotAllowed):
        draft(technologist, [above("TSH", "4.5")], "FT4")


@pytest.mark.parametrize(
    ("kind", "comparison", "value", "why"),
    [
        (Kind.VALUE, ">", "much", "A limit is a number"),
        (Kind.VALUE, ">", "NaN", "A limit is a number"),
        (Kind.VALUE, "==", "1", "compared with"),
        (Kind.FLAG, "", "HIGH", "is not a flag"),
        (Kind.CODE, "", " ", "names a limit"),
    ],
)
def test_a_condition_that_means_nothing_is_refused(
    authors, kind: Kind, comparison: str, value: str, why: str
) -> None:
    tsh = Analyte.objects.get(code="TSH")

    with pytest.raises(InvalidInput, match=why):
        draft(authors[0], [ConditionDraft(tsh, kind, value, comparison)], "FT4")
