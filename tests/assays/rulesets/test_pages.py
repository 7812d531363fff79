"""The pages of rule sets: what they show, who presses what, and what cannot be taken."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assays.actions import results, versions
from assays.models import RuleSet
from assays.rules.autoverification import Outcome, Verdict
from assays.templatetags.autoverification import sentence, verdict_words
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from tests import factories
from tests.assays.rulesets.judging import LIMITS, NOT_TYPED, Judged
from tests.clients import client_of

pytestmark = pytest.mark.django_db
LINES = "limits: LIMITS low=12.5 high=15 unit=g/dL for hgb\namr: AMR"


def seen(principal: Principal, address: str, **given: Any) -> str:
    page = client_of(principal).get(address, **given)
    assert page.status_code == 200
    return page.content.decode()


def test_the_list_shows_what_is_in_force_drafted_and_past(judged: Judged) -> None:
    judged.live()
    judged.draft(code="other")
    versions.discard(
        version=judged.draft(code="gone"), by=judged.manager, at=database_now(), reason="no"
    )

    text = seen(judged.technologist, "/rulesets/")

    for shown in ("blood v1", "live: releases results", "other v1", "gone v1", "never released"):
        assert shown.lower() in text.lower()


def test_an_empty_list_says_what_to_do(judged: Judged) -> None:
    assert "every result is verified by people" in seen(judged.technologist, "/rulesets/")


def test_a_set_says_its_rules_in_words_and_what_they_did(judged: Judged) -> None:
    made = judged.in_force()
    judged.judge("12.2")
    results.reject(
        result=judged.judge("13.2"), by=judged.technologist, at=database_now(), reason="clotted"
    )

    text = seen(judged.technologist, f"/rulesets/{made.pk}/")

    for shown in (
        "Hold a value outside these limits.",
        "low=12.5 high=15.0 unit=g/dL",
        "in the shadow: releases nothing",
        "rules would release what people kept back",
        "Has held nothing among the last results.",
        "No rule asks whether quality control is in order",
    ):
        assert shown in text


def test_a_draft_says_what_it_would_change_by_assay(judged: Judged) -> None:
    judged.in_force()
    judged.judge("12.7")
    judged.judge("13.2")
    made = judged.draft(
        {**LIMITS, "parameters": {"low": "13.0", "high": "14.0", "unit": "g/dL"}}, NOT_TYPED
    )

    text = seen(judged.pathologist, f"/rulesets/{made.pk}/")

    assert (
        "Of the last 2 results in its scope, 1 would be decided otherwise and 1 would come into "
        "another lane of the worklist."
    ) in text
    assert "Compared with blood v1, which is in force." in text


def test_a_draft_of_a_new_code_is_compared_with_people_alone(judged: Judged) -> None:
    judged.judge("13.2")
    made = judged.draft()

    text = seen(judged.pathologist, f"/rulesets/{made.pk}/?last=1000")

    assert "1 would be decided otherwise" in text
    assert "No version of it is in force" in text
    assert seen(judged.pathologist, f"/rulesets/{made.pk}/?last=nonsense")


def drafted(judged: Judged, **changes: Any) -> dict[str, Any]:
    given = {
        "code": "blood",
        "name": "Blood count",
        "sections": [],
        "assays": [judged.assays["HGB"].pk],
        "rules": LINES,
        "note": "tried for a month",
    }
    return given | changes


def test_a_draft_is_written_a_line_per_rule(judged: Judged) -> None:
    page = client_of(judged.manager).post("/rulesets/new/", drafted(judged), follow=True)

    made = RuleSet.objects.get()
    assert page.redirect_chain == [(f"/rulesets/{made.pk}/", 302)]
    assert [rule["kind"] for rule in made.rules] == ["LIMITS", "AMR"]
    assert made.rules[0]["parameters"] == {"low": "12.5", "high": "15", "unit": "g/dL"}
    assert "always holds" in page.content.decode()  # no measuring range is stated


def test_the_next_version_starts_from_the_one_before(judged: Judged) -> None:
    made = judged.draft()

    text = seen(judged.manager, f"/rulesets/new/?from={made.pk}")

    assert "limits: LIMITS low=12.5 high=15.0 unit=g/dL for hgb" in text
    assert seen(judged.manager, "/rulesets/new/?from=99999999999999999999")
    assert seen(judged.manager, "/rulesets/new/?from=x")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"rules": "amr AMR"}, "Line 1: write a name, a colon and a kind"),
        ({"rules": "amr: MAGIC"}, "There is no kind of rule “MAGIC”"),
        ({"rules": "x: LIMITS low=5 high=4 unit=g"}, "The lower limit 5 lies above"),
        ({"rules": "x: LIMITS low=1,5 unit=g"}, "may be read in two ways"),
        ({"rules": ""}, "This field is required."),
        ({"rules": "# nothing"}, "A rule set needs at least one rule."),
        ({"code": "Blood"}, "small letters, digits and dashes"),
        ({"code": "x" * 40}, "at most 32 characters"),
        ({"assays": [], "sections": []}, "Say of which sections or assays"),
        ({"assays": [0]}, "not one of the available choices"),
        ({"assays": ["nonsense"]}, "is not a valid value"),
        ({"sections": ["NOWHERE"]}, "not one of the available choices"),
        ({"note": ""}, "This field is required."),
        ({"rules": "x" * 100_001}, "at most 100000 characters"),
        ({"rules": "a\x00b: AMR"}, "Null characters are not allowed"),
    ],
)
def test_what_is_wrong_is_said_beside_it_and_nothing_is_drafted(
    judged: Judged, changes: dict[str, Any], sentence: str
) -> None:
    page = client_of(judged.manager).post("/rulesets/new/", drafted(judged, **changes))

    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert not RuleSet.objects.exists()


def press(principal: Principal, made: RuleSet, move: str, **given: Any):
    return client_of(principal).post(f"/rulesets/{made.pk}/{move}/", given, follow=True)


def test_a_set_goes_all_the_way_by_the_buttons_of_the_page(judged: Judged) -> None:
    made = judged.draft()

    press(judged.pathologist, made, "approve")
    press(judged.pathologist, made, "activate")
    press(judged.pathologist, made, "live", reason="agreed with people")
    assert judged.judge().status == "RELEASED"
    page = press(judged.technologist, made, "suspend")

    assert "suspended: releases nothing" in page.content.decode()
    assert "suspended at once, no reason given" in page.content.decode()
    assert judged.judge().status == "RESULTED"


def test_a_reason_that_is_needed_is_asked_for(judged: Judged) -> None:
    made = judged.in_force()

    page = press(judged.pathologist, made, "live", reason="  ")

    assert page.status_code == 422
    assert "Say why, in a few words." in page.content.decode()
    assert not made.modes.exists()


def test_the_author_is_told_that_somebody_else_approves(judged: Judged) -> None:
    made = judged.draft()

    page = press(judged.manager, made, "approve")

    assert page.status_code == 409
    assert "somebody else has to approve it" in page.content.decode()


@pytest.mark.parametrize(
    ("role", "move", "status"),
    [
        (Role.TECHNOLOGIST, "approve", 403),
        (Role.TECHNOLOGIST, "live", 403),
        (Role.QUALITY_MANAGER, "live", 403),
        (Role.WARD_DOCTOR, "suspend", 403),
        (Role.PATHOLOGIST, "explode", 404),
    ],
)
def test_a_button_that_is_not_for_a_role_does_nothing(
    judged: Judged, role: Role, move: str, status: int
) -> None:
    made = judged.live()

    page = press(factories.principal(role), made, move, reason="because")

    assert page.status_code == status
    assert [one.mode for one in made.modes.all()] == ["LIVE"]


def test_buttons_are_only_shown_to_who_may_press_them(judged: Judged) -> None:
    made = judged.live()

    assert "Suspend now" in seen(judged.technologist, f"/rulesets/{made.pk}/")
    assert "Retire" not in seen(judged.technologist, f"/rulesets/{made.pk}/")
    assert "Draft the next version" in seen(judged.manager, f"/rulesets/{made.pk}/")


def test_a_quality_manager_sees_specimens_but_no_way_to_a_result(judged: Judged) -> None:
    made = judged.in_force()
    result = judged.judge("13.2")
    results.reject(result=result, by=judged.technologist, at=database_now(), reason="clotted")

    for who, has_link in ((judged.manager, False), (judged.technologist, True)):
        text = seen(who, f"/rulesets/{made.pk}/")
        assert result.specimen.accession in text
        assert (f"/results/{result.pk}/" in text) is has_link
        assert result.person.mrn not in text


def test_a_doctor_reads_on_the_result_why_it_waits(judged: Judged) -> None:
    judged.live()
    result = judged.judge("12.2")

    text = seen(judged.pathologist, f"/results/{result.pk}/")

    for shown in (
        "Blood count (blood v1)",
        "needs a person",
        "12.2 g/dL lies outside the limits 12.5 – 15.0.",
        "Every law and rule that was asked",
        "The reference interval is signed.",
    ):
        assert shown in text


def test_a_trace_is_read_in_units_as_they_are_printed() -> None:
    line = {
        "message": "%(value)s cannot be compared with limits in %(unit)s.",
        "inputs": {"value": "4.1 10*3/uL", "unit": "10*9/L", "limits": "3.5 – 9.0"},
    }
    verdict = Verdict(Outcome.HOLD, line["message"], line["inputs"])

    read = "4.1 ×10³/µL cannot be compared with limits in ×10⁹/L."
    assert (sentence(line), verdict_words(verdict)) == (read, read)


def test_a_result_released_by_rules_says_by_which(judged: Judged) -> None:
    judged.live()
    result = judged.judge()

    text = seen(judged.pathologist, f"/results/{result.pk}/")

    assert "may be released" in text
    assert "passed by blood v1" in text
    assert "system:autoverify" in text


@pytest.mark.parametrize("address", ["/rulesets/", "/rulesets/{}/"])
def test_pages_cost_the_same_queries_whatever_there_is(judged: Judged, address: str) -> None:
    made = judged.in_force()
    judged.judge()
    client = client_of(judged.technologist)

    counted = []
    for _time in range(2):
        client.get(address.format(made.pk))  # reads the catalogue, which a draft has moved
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(address.format(made.pk))
        counted.append(len(queries))
        for number in range(3):
            judged.judge(f"13.{number}")
            judged.draft(code=f"more-{number}-{len(counted)}")

    assert counted[0] == counted[1] <= 30


def test_a_drafts_page_costs_the_same_queries_whatever_the_history(judged: Judged) -> None:
    made = judged.draft()
    client = client_of(judged.technologist)
    judged.judge()
    client.get(f"/rulesets/{made.pk}/")

    counted = []
    for _time in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/rulesets/{made.pk}/")
        counted.append(len(queries))
        for number in range(4):
            judged.judge(f"13.{number}")

    assert counted[0] == counted[1] <= 32


def test_a_reason_stays_in_its_field_when_a_move_of_a_set_is_refused(judged: Judged) -> None:
    made = judged.draft()

    own = client_of(judged.manager).post(f"/rulesets/{made.pk}/approve/", {"reason": "Tried it."})

    assert 'value="Tried it."' in own.content.decode()
    made.refresh_from_db()
    assert made.status == "DRAFT"
