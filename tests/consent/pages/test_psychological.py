"""The psychological check: what it asks, what it keeps, and in which words."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consent.actions import programmes
from consent.models import Check, RoundSlot
from consent.queries import psychological
from consent.rules.definitions import questionnaire, questionnaires
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now, hospital_day
from labsys.lib.errors import InvalidInput
from tests.clients import client_of
from tests.consent.pages.test_pages import CALM, page, seen
from tests.consent.programme import PASSED, REFERRED, World
from tests.consent.wordings import entered
from tests.factories import PASSWORD, principal

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def assess(world: World, person, given, **more):
    client = client_of(world.psychologist)
    return client.post(
        page("check-psychological", person, world), {**given, "step": "assess", **more}
    )


def record(world: World, person, given, outcome: str) -> Check:
    shown = seen(assess(world, person, given))
    conclusion = {"step": "conclude", "outcome": outcome, "seen": shown}
    answer = client_of(world.psychologist).post(
        page("check-psychological", person, world), {**given, **conclusion}
    )
    assert answer.status_code == 302, answer.content.decode()
    return Check.objects.filter(person=person, kind="PSYCHOLOGICAL").latest("id")


def kept(world: World, check: Check) -> dict[str, dict]:
    content = psychological.opened(check, by=world.psychologist)
    return {one["name"]: one for one in content["scores"]}


def answered(name: str, *answers: object) -> dict[str, str]:
    key = name.replace(" ", "-")
    return {f"{key}:{number}": str(one) for number, one in enumerate(answers, start=1)}


def test_bands_missing_and_prorated_items_are_kept_and_shown(world) -> None:
    given = {**CALM, "PHQ-9:2": "", "also": ["K10"], **answered("K10", *[2] * 10)}

    shown = assess(world, world.member(), given).content.decode()
    check = record(world, world.member(), given, "REFERRED")

    scores = kept(world, check)
    assert scores["PHQ-9"]["prorated"] is True
    assert scores["PHQ-9"]["missing"] == [2]
    assert scores["K10"]["banding"] == "abs"
    assert scores["K10"]["bands"] == {"abs": "moderate (ABS)", "kessler": "mild"}
    read = client_of(world.psychologist).get(reverse("psychological-read", args=[check.uid]))
    for said in (shown, read.content.decode()):
        assert "20 moderate (ABS); mild (bands: kessler)" in said
        assert "0 minimal; no answer to item 2, prorated" in said


def test_what_cannot_be_scored_is_kept_with_what_is_missing(world) -> None:
    check = record(world, world.member(), {**CALM, "GAD-7:3": ""}, "INCOMPLETE")

    score = kept(world, check)["GAD-7"]
    assert (score["total"], score["band"], score["missing"]) == (None, None, [3])


def test_the_programme_says_what_is_asked() -> None:
    world = World(asks={"questionnaires": ["PCL-5", "C-SSRS screener"]})
    person = world.member()

    shown = client_of(world.psychologist).get(page("check-psychological", person, world))
    given = {
        **{name: "0" for name in CALM if name.startswith("interview")},
        **answered("PCL-5", *[0] * 20),
        **answered("C-SSRS screener", 0, 0, "", "", "", 0),
    }
    answer = assess(world, person, given)

    assert "Trouble falling or staying asleep?" in shown.content.decode()
    assert "Little interest or pleasure" not in shown.content.decode()
    assert answer.context["proposal"].outcome == PASSED
    assert [one.band for one in answer.context["proposal"].scores] == ["none", "below the cut-off"][
        ::-1
    ]


def test_an_item_that_was_not_understood_is_asked_again_and_each_answer_is_kept() -> None:
    world = World(asks={"questionnaires": ["UBACC"]})
    person = world.member()
    ratings = {name: "0" for name in CALM if name.startswith("interview")}
    given = {**ratings, **answered("UBACC", 2, 0, 2, 2, 2, 2, 2, 2, 2, 2)}

    first = assess(world, person, given)
    second = assess(world, person, {**given, "UBACC:2:2": "0"})
    settled = {**given, "UBACC:2:2": "0", "UBACC:2:3": "1"}
    third = assess(world, person, settled)
    check = record(world, person, settled, "PASSED")

    def further(answer) -> list[str]:
        return [name for name in answer.context["form"].fields if name.count(":") == 2]

    assert further(first) == ["UBACC:2:2"]
    assert further(second) == further(third) == ["UBACC:2:2", "UBACC:2:3"]
    assert "explain and ask again: item 2" in first.content.decode()
    assert "explain and ask again" not in third.content.decode()
    assert "item 2 asked 3 times" in third.content.decode()
    assert psychological.opened(check, by=world.psychologist)["answers"]["UBACC"][1] == [0, 0, 1]
    read = client_of(world.psychologist).get(reverse("psychological-read", args=[check.uid]))
    assert "<strong>0, 0, 1</strong>" in read.content.decode()


def test_an_answer_to_a_trial_that_was_not_called_for_is_not_taken() -> None:
    world = World(asks={"questionnaires": ["UBACC"]})
    given = {**answered("UBACC", *[1] * 10), "UBACC:2:2": "2"}

    answer = assess(world, world.member(), given)

    (score,) = answer.context["proposal"].scores
    assert (score.total, score.trials) == (10, {})


def test_a_new_version_asks_something_else_from_its_date(world) -> None:
    at = database_now()
    version = programmes.draft_version(
        programme=world.programme,
        effective_from=at,
        questionnaires=["UBACC"],
        by=world.manager,
        at=at,
    )
    person, client = world.member(), client_of(world.psychologist)
    before = client.get(page("check-psychological", person, world))
    programmes.approve_version(version=version, by=world.examiner, at=database_now())
    after = client.get(page("check-psychological", person, world))

    assert before.context["form"].required == ("PHQ-9", "GAD-7")
    assert after.context["form"].required == ("UBACC",)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([], "at least one"),
        (["WHO-6"], "WHO-6 is none of"),
        (["PHQ-9", "PHQ-9"], "once"),
        ("PHQ-9", "at least one"),
        ([7], "7 is none of"),
        ([["PHQ-9"]], "is none of"),
    ],
)
def test_a_programme_asks_known_questionnaires_each_once(world, names, said) -> None:
    at = database_now()
    with pytest.raises(InvalidInput, match=said) as refused:
        programmes.draft_version(
            programme=world.programme,
            effective_from=at,
            questionnaires=names,
            by=world.manager,
            at=at,
        )
    assert refused.value.field == "questionnaires"


def test_what_is_ticked_is_asked_besides_and_nothing_is_scored_yet(world) -> None:
    person, client = world.member(), client_of(world.psychologist)
    address = page("check-psychological", person, world)

    answer = client.post(address, {"step": "ask", "also": ["AUDIT-C"]})

    assert answer.status_code == 200
    assert answer.context["proposal"] is None
    assert "2 to 4 times a month" in answer.content.decode()
    odd = client.post(address, {"step": "ask", "also": ["MoCA"]})
    assert odd.status_code == 422


@pytest.mark.parametrize(("sex", "outcome"), [("M", PASSED), ("F", REFERRED), ("U", REFERRED)])
def test_the_cut_off_is_that_of_the_persons_sex(world, sex, outcome) -> None:
    given = {**CALM, "also": ["AUDIT-C"], **answered("AUDIT-C", 2, 1, 0)}

    answer = assess(world, world.member(sex=sex), given)

    assert answer.context["proposal"].outcome == outcome


@pytest.mark.parametrize("name", ["WHO-5", "C-SSRS screener", "UBACC"])
def test_a_text_of_the_hospital_is_shown_and_named_with_the_answers(name) -> None:
    world = World(asks={"questionnaires": [name]})
    person, client = world.member(), client_of(world.psychologist)
    address = page("check-psychological", person, world)
    without = client.get(address).content.decode()
    text = entered(name)
    asked = questionnaire(name)
    given = {
        **{field: "0" for field in CALM if field.startswith("interview")},
        **answered(name, *[max(one) for one in asked.options]),
    }

    shown = client.get(address).content.decode()
    check = record(world, person, given, "REFERRED")
    entered(name, items=["Changed since"] * len(asked.items))
    read = client.get(reverse("psychological-read", args=[check.uid])).content.decode()

    assert "own form" in without
    assert "Invented item" not in without
    assert f"Invented item 1 of {name}, en" in shown
    assert "Permission of an invented publisher" in shown
    assert f"Invented item 1 of {name}, en" in read
    assert "Changed since" not in read
    content = psychological.opened(check, by=world.psychologist)
    assert content["texts"][name] == {"language": "en", "source": str(text), "text": text.pk}


def test_the_person_is_asked_in_their_language(world) -> None:
    entered("PHQ-9", language="fr")
    address = page("check-psychological", world.member(), world)
    client = client_of(world.psychologist)

    assert "Invented item 9 of PHQ-9, fr" in client.get(f"{address}?language=fr").content.decode()
    assert "Little interest" in client.get(address).content.decode()
    assert "Little interest" in client.get(f"{address}?language=<script>").content.decode()


@pytest.mark.parametrize("answer", ["4", "-1", "1.0", "true", "x", "9" * 400])
def test_an_answer_that_is_no_option_is_an_error_of_its_field(world, answer) -> None:
    found = assess(world, world.member(), {**CALM, "PHQ-9:1": answer})

    assert found.status_code == 422
    assert "PHQ-9:1" in found.context["form"].errors
    assert found.context["proposal"] is None


def test_the_screening_staff_are_told_what_to_plan_and_nothing_else(world) -> None:
    person, officer = world.cleared(), client_of(world.officer)
    record(world, person, {**CALM, "PHQ-9:9": "2", "notes": "canary"}, "REFERRED")

    board = officer.get(reverse("board", args=[world.programme.code]))
    shown = officer.get(page("clearance", person, world))

    (row,) = board.context["rows"]
    assert row.codes == ("REVIEW_NEEDED",)
    for said in (board.content.decode(), shown.content.decode()):
        assert "review by a psychologist needed" in said
        for word in ("PHQ", "canary", "safety", "SAFETY"):
            assert word not in said


def test_an_incomplete_check_is_on_the_board_until_the_next(world) -> None:
    person, officer = world.cleared(), client_of(world.officer)
    address = reverse("board", args=[world.programme.code])

    def codes() -> list[tuple[str, ...]]:
        """Return what stands beside them on the day on which their round lapses."""
        slot = RoundSlot.objects.get(person=person, state="OPEN")
        answer = officer.get(address, {"day": hospital_day(slot.lapses_at).isoformat()})
        return [row.codes for row in answer.context["rows"]]

    record(world, person, {**CALM, "GAD-7:1": ""}, "INCOMPLETE")
    assert codes() == [("NOT_COMPLETE",)]

    record(world, person, CALM, "PASSED")

    assert codes() == [()]


def test_the_page_asks_as_many_questions_whatever_is_asked(world) -> None:
    client, asked = client_of(world.psychologist), []
    address = page("check-psychological", world.member(), world)
    client.get(address)
    for also in ([], list(questionnaires())[2:]):
        with CaptureQueriesContext(connection) as queries:
            client.post(address, {"step": "ask", "also": also})
        asked.append(len(queries))

    assert asked[0] == asked[1]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"PHQ-9:9": "3"}, "second clinician"),
        ({"interview:threats": "2", "interview:privacy": ""}, "second clinician"),
        ({"PHQ-9:9": ""}, "A safety item has no answer"),
    ],
)
def test_incomplete_is_no_way_round_a_referral(world, change, said) -> None:
    person, other = world.cleared(), principal(Role.PSYCHOLOGIST)
    given, earlier = {**CALM, **change}, Check.objects.count()
    shown = seen(assess(world, person, given))
    conclusion = {"step": "conclude", "outcome": "INCOMPLETE", "seen": shown}
    two = {
        "grounds": "Interrupted by an alarm.",
        "second_username": other.user.username,
        "second_password": PASSWORD,
    }

    def conclude(**more):
        return client_of(world.psychologist).post(
            page("check-psychological", person, world), {**given, **conclusion, **more}
        )

    alone = conclude()
    assert (alone.status_code, Check.objects.count()) == (422, earlier)
    assert said in alone.content.decode()
    both = conclude(**two)

    assert both.status_code == (422 if change == {"PHQ-9:9": ""} else 302)
