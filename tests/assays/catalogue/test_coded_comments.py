"""Comments of the catalogue: said by their rules or chosen, copied to the result, never changed there."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.conf import settings
from django.test import Client, override_settings

from assays.actions import catalogue, coded_comments, versions
from assays.models import CodedComment, CodedCommentVersion, ResultComment
from assays.queries import catalogue as held_catalogue
from assays.queries import report_contents
from assays.rules.coded_comments import LANGUAGES, Rule, Seen, applying, wording
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed
from labsys.lib.quantities import Comparator, Quantity
from tests import factories
from tests.assays import laboratory
from tests.assays.rulesets.judging import Judged

TEXTS = {"en": "Haemolysis cannot be excluded.", "fr": "Une hémolyse n'est pas exclue."}


def seen(value: str = "7", comparator: Comparator = Comparator.EQUAL, **more) -> Seen:
    return Seen("K", Quantity(Decimal(value), "mmol/L", comparator), **more)


def rule(flags=(), condition="", analyte="K") -> Rule:
    return Rule(1, "c", analyte, tuple(flags), condition)


@pytest.mark.parametrize(
    ("given", "value", "is_met"),
    [
        (rule(condition="value > 6.5"), seen("6.6"), True),
        (rule(condition="value > 6.5"), seen("6.5"), False),
        (rule(condition="value > 6.5", analyte="NA"), seen("9"), False),
        (rule(flags=["H"]), seen(flags=("H",)), True),
        (rule(flags=["H", "HH"]), seen(flags=("L",)), False),
        (rule(flags=["H"], condition="value > 8"), seen("7", flags=("H",)), False),
        (rule(condition="value > 6 and age >= 65"), seen(age_years=Decimal(70)), True),
        (rule(condition="value > 6 and age >= 65"), seen(), False),
        (rule(condition='sex == "F"'), seen(sex="F"), True),
        (rule(condition="value > 6"), seen("7", Comparator.GREATER), False),
        (rule(condition="no such thing"), seen(), False),
        (rule(), seen(), False),
    ],
)
def test_a_rule_says_what_it_can_decide_and_nothing_else(given, value, is_met: bool) -> None:
    assert bool(applying([given], value)) is is_met


def test_a_wording_falls_back_on_the_first_language_that_has_one() -> None:
    assert wording(TEXTS, ["fr-CA"]) == TEXTS["fr"]
    assert wording({"en": "x"}, ["fr"]) == "x"
    assert wording({"fr": "y"}, ["en"]) == "y"
    assert [code for code, _name in settings.LANGUAGES] == list(LANGUAGES)


@pytest.fixture
def judged() -> Judged:
    return Judged()


def drafted(judged: Judged, **changes) -> CodedCommentVersion:
    given = {
        "code": "high-hb",
        "name": "High haemoglobin",
        "texts": TEXTS,
        "analyte": judged.assays["HGB"].analyte,
        "condition": "value > 14",
        "note": "Asked for by the ward.",
    }
    return catalogue.draft_comment(by=judged.manager, at=database_now(), **given | changes)


def in_force(judged: Judged, **changes) -> CodedCommentVersion:
    version = drafted(judged, **changes)
    versions.approve(version=version, by=judged.pathologist, at=database_now())
    versions.activate(version=version, by=judged.pathologist, at=database_now())
    return version


def name_held(version: CodedCommentVersion) -> str:
    """Return what the catalogue in force and the table call a version's comment."""
    held = {one.comment_id: one.name for one in held_catalogue.current().comments}
    stored = CodedComment.objects.get(pk=version.comment_id).name
    assert held[version.comment_id] == stored
    return stored


def said_of(result) -> list[str]:
    rows = ResultComment.objects.filter(result=result, replaced_by=None).exclude(text="")
    return list(rows.order_by("id").values_list("text", flat=True))


@pytest.mark.django_db
def test_a_value_that_meets_the_rule_has_the_comment_and_another_has_not(judged: Judged) -> None:
    version = in_force(judged)

    high, normal = judged.judge("14.2"), judged.judge("13.2")

    (comment,) = ResultComment.objects.filter(result=high)
    assert (comment.text, comment.coded, comment.is_by_rule) == (TEXTS["en"], version, True)
    assert comment.recorded_by.name == "system:evaluate"
    assert said_of(normal) == []


@pytest.mark.django_db
@override_settings(LANGUAGE_CODE="fr")
def test_the_wording_is_that_of_the_hospital(judged: Judged) -> None:
    in_force(judged)

    assert said_of(judged.judge("14.2")) == [TEXTS["fr"]]


@pytest.mark.django_db
def test_a_later_version_changes_nothing_that_was_said(judged: Judged) -> None:
    in_force(judged)
    result = judged.judge("14.2")

    in_force(judged, texts={"en": "Something else."})

    assert said_of(result) == [TEXTS["en"]]
    assert said_of(judged.judge("14.3")) == ["Something else."]


@pytest.mark.django_db
def test_a_comment_taken_back_is_not_said_again(judged: Judged) -> None:
    in_force(judged)
    result = judged.judge("14.2")
    (comment,) = ResultComment.objects.filter(result=result)

    coded_comments.take_back(
        comment=comment, by=judged.technologist, at=database_now(), reason="No haemolysis seen."
    )
    from assays.rules.evaluation import Finding

    finding = Finding(
        result_id=result.pk, flags=(), is_critical=False, delta_verdict="", inputs={}, trace={},
        holds=(), analyte="hgb",
    )  # fmt: skip
    coded_comments.attach(findings=[finding], by=factories.seed(), at=database_now())

    assert said_of(result) == []
    with pytest.raises(Conflict):
        coded_comments.take_back(
            comment=comment, by=judged.technologist, at=database_now(), reason="Again."
        )


@pytest.mark.django_db
def test_whoever_verifies_chooses_from_the_list(judged: Judged) -> None:
    version = in_force(judged, condition="", analyte=None)
    result = judged.judge("13.2")

    coded_comments.choose(result=result, version=version, by=judged.technologist, at=database_now())

    assert said_of(result) == [TEXTS["en"]]
    with pytest.raises(Conflict, match="already"):
        coded_comments.choose(
            result=result, version=version, by=judged.technologist, at=database_now()
        )
    with pytest.raises(NotAllowed):
        coded_comments.choose(
            result=result, version=version, by=factories.principal(Role.NURSE), at=database_now()
        )


@pytest.mark.django_db
def test_only_what_is_in_force_and_fits_is_said_and_only_before_the_release(judged: Judged) -> None:
    draft = drafted(judged)
    result = judged.judge("13.2")
    who = {"by": judged.technologist, "at": database_now()}
    with pytest.raises(Conflict, match="not in force"):
        coded_comments.choose(result=result, version=draft, **who)
    other = laboratory.assays(FE={"low": "1"})["FE"].analyte
    elsewhere = in_force(judged, code="fe", analyte=other, condition="")
    with pytest.raises(InvalidInput, match="another analyte"):
        coded_comments.choose(result=result, version=elsewhere, **who)
    anything = in_force(judged, code="any", analyte=None, condition="")
    laboratory.verified(result, "RELEASED")
    with pytest.raises(Conflict, match="is released"):
        coded_comments.choose(result=result, version=anything, **who)


@pytest.mark.django_db
def test_the_report_prints_the_comment_as_it_was_said(judged: Judged) -> None:
    in_force(judged)
    result = judged.judge("14.2")
    laboratory.verified(result, "RELEASED")
    in_force(judged, texts={"en": "Something else."})

    content, _standing = report_contents.snapshot(result.order_item.order_id)

    assert [line["comment"] for line in content["results"]] == [TEXTS["en"]]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"texts": {"en": " "}}, "Write what the comment says"),
        ({"texts": {"xx": "y"}}, "no wording in the language"),
        ({"texts": {"en": "x" * 3000}}, "At most"),
        ({"analyte": None}, "of one analyte"),
        ({"flags": ["HIGH"]}, "is not a flag"),
        ({"condition": "value >"}, "ends too early|cannot|expected|place|formula"),
        ({"condition": "price > 3"}, "price"),
        ({"code": "no code"}, "A code is"),
        ({"note": " "}, "Say why"),
    ],
)
def test_a_draft_that_cannot_be_is_refused(judged: Judged, changes, says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        drafted(judged, **changes)

    assert not CodedCommentVersion.objects.exists()


@pytest.mark.django_db
def test_a_comment_takes_another_name_when_its_version_comes_into_force(judged: Judged) -> None:
    first = in_force(judged)
    client = Client()
    client.force_login(judged.manager.user)

    draft = drafted(judged, name="Haemoglobin above 14")

    assert name_held(first) == "High haemoglobin"
    page = client.get(f"/catalogue/comments/{draft.pk}/").content.decode()
    assert "Haemoglobin above 14" in page
    for move in (versions.approve, versions.activate):
        assert name_held(first) == "High haemoglobin"
        move(version=draft, by=judged.pathologist, at=database_now())
    assert name_held(draft) == "Haemoglobin above 14"
    assert [one.called for one in CodedCommentVersion.objects.order_by("number")] == [
        "High haemoglobin",
        "Haemoglobin above 14",
    ]


@pytest.mark.django_db
def test_a_draft_that_is_discarded_renames_nothing(judged: Judged) -> None:
    first = in_force(judged)
    draft = drafted(judged, name="Other")
    who = {"by": judged.manager, "at": database_now()}

    versions.discard(version=draft, reason="Not wanted.", **who)
    unnamed = drafted(judged, name=" ")
    versions.approve(version=unnamed, by=judged.pathologist, at=database_now())
    versions.activate(version=unnamed, by=judged.pathologist, at=database_now())

    assert name_held(first) == "High haemoglobin"
    assert unnamed.called == "High haemoglobin"


@pytest.mark.django_db
def test_the_pages_draft_try_approve_and_choose(judged: Judged) -> None:
    high = judged.judge("14.2")
    judged.judge("13.2")
    author, approver = Client(), Client()
    author.force_login(judged.manager.user)
    approver.force_login(judged.pathologist.user)
    form = {
        "code": "high-hb", "name": "High haemoglobin", "text_en": TEXTS["en"],
        "analyte": judged.assays["HGB"].analyte.pk, "condition": "value > 14", "note": "Asked for.",
    }  # fmt: skip

    page = author.post("/catalogue/comments/new/", form, follow=True)
    version = CodedCommentVersion.objects.get()

    assert "It would be said of 1 of the last 2 values." in page.content.decode()
    assert author.post("/catalogue/comments/new/", form | {"condition": "x >"}).status_code == 422
    for move in ("approve", "activate"):
        approver.post(f"/catalogue/comments/{version.pk}/{move}/")
    version.refresh_from_db()
    assert version.status == "ACTIVE"
    assert "High haemoglobin" in approver.get("/catalogue/comments/").content.decode()
    assert TEXTS["en"] in approver.get(
        f"/catalogue/comments/new/?from={version.pk}"
    ).content.decode().replace("&#x27;", "'")
    verifier = Client()
    verifier.force_login(judged.technologist.user)
    done = verifier.post(
        f"/results/{high.pk}/choose-comment/", {"version": version.pk, "expected": "RESULTED"}
    )
    assert done.status_code == 302
    assert said_of(high) == [TEXTS["en"]]
    text = verifier.get(f"/results/{high.pk}/").content.decode()
    assert "high-hb v1" in text
    assert "Take a comment back" in text
    assert verifier.post("/catalogue/comments/new/", form).status_code == 403
