"""Verification through its pages: lanes, the clear lane, a specimen's review, and who tries it on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core import signing as django_signing
from django.test import Client

from assays.actions import results
from assays.models import Result, ResultComment, Signature
from assays.pages import shown as pages_shown
from labsys.accounts.models import LoginSession, StepUp
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from tests import factories
from tests.assays.results.test_pages import queries_of
from tests.assays.verification.bench import Bench, shown, states
from tests.clients import client_of
from tests.factories import PASSWORD
from tests.signing import shown_on, sign_on_page

pytestmark = pytest.mark.django_db
CLEAR = "/worklist/?lane=CLEAR&status=TECHNICALLY_VERIFIED"


@pytest.fixture
def bench() -> Bench:
    return Bench()


def given(client: Client, *ones: Result, **more: Any) -> dict[str, Any]:
    """What the form of the clear lane sends."""
    return {
        "lane": "CLEAR",
        "status": "TECHNICALLY_VERIFIED",
        "move": "release",
        "result": [one.pk for one in ones],
        "shown": shown_on(client, CLEAR),
        "meaning": "RELEASED",
        "password": PASSWORD,
        **more,
    }


def test_the_clear_lane_is_released_with_one_password(bench: Bench) -> None:
    ones = [bench.verified("13.1"), bench.verified("14.2")]
    client = client_of(bench.pathologist)

    page = client.post("/worklist/", given(client, *ones), follow=True)

    assert "2 results released." in page.content.decode()
    assert states(*ones) == ["RELEASED", "RELEASED"]


def test_the_password_is_asked_for_once_within_five_minutes(bench: Bench) -> None:
    first, second = bench.verified("13.1"), bench.verified("14.2")
    client = client_of(bench.pathologist)
    assert "Your password" in client.get(CLEAR).content.decode()
    client.post("/worklist/", given(client, first))

    text = client.get(CLEAR).content.decode()
    answer = client.post("/worklist/", given(client, second, password=""))

    assert 'type="password"' not in text
    assert "holds until" in text
    assert answer.status_code == 302
    assert states(second) == ["RELEASED"]


def test_a_password_given_too_long_ago_is_asked_for_again(bench: Bench) -> None:
    result = bench.verified()
    client = client_of(bench.pathologist)
    session = LoginSession.objects.get(user=bench.pathologist.user)
    from labsys.audit.context import acting

    long_ago = database_now() - timedelta(minutes=5)
    with acting(by=bench.pathologist, at=long_ago, action="tests.step_up"):
        StepUp.objects.create(session=session, confirmed_at=long_ago)

    answer = client.post("/worklist/", given(client, result, password=""))

    assert answer.status_code == 422
    assert "Give your password" in answer.content.decode()
    assert states(result) == ["TECHNICALLY_VERIFIED"]


def test_the_password_of_another_login_does_not_count(bench: Bench) -> None:
    first, second = bench.verified("13.1"), bench.verified("14.2")
    there, here = client_of(bench.pathologist), client_of(bench.pathologist)
    there.post("/worklist/", given(there, first))

    answer = here.post("/worklist/", given(here, second, password=""))

    assert answer.status_code == 422
    assert states(first, second) == ["RELEASED", "TECHNICALLY_VERIFIED"]


def test_wrong_passwords_sign_nothing_and_lock_out(bench: Bench) -> None:
    result = bench.verified()
    client = client_of(bench.pathologist)
    data = given(client, result, password="wrong")

    answers = [
        client.post("/worklist/", data).status_code for _try in range(settings.AXES_FAILURE_LIMIT)
    ]
    right = client.post("/worklist/", {**data, "password": PASSWORD})

    assert answers[0] == 422
    assert answers[-1] == 429
    assert right.status_code == 429
    assert states(result) == ["TECHNICALLY_VERIFIED"]
    assert not Signature.objects.exists()


def test_a_stale_page_says_what_changed_and_releases_nothing(bench: Bench) -> None:
    ones = [bench.verified("13.1"), bench.verified("14.2")]
    client = client_of(bench.pathologist)
    data = given(client, *ones)
    results.hold(result=ones[1], by=bench.verifier, at=database_now(), reason="clot?")

    answer = client.post("/worklist/", data)

    assert answer.status_code == 409
    text = answer.content.decode()
    assert "a hold was set or cleared" in text
    assert ones[1].specimen.accession in text
    assert states(*ones) == ["TECHNICALLY_VERIFIED"] * 2


@pytest.mark.parametrize("attack", ["none", "garbage", "unsigned", "another's", "another page's"])
def test_nobody_makes_up_what_they_were_shown(bench: Bench, attack: str) -> None:
    result = bench.verified()
    client = client_of(bench.pathologist)
    rows = shown(result)
    about = "worklist  TECHNICALLY_VERIFIED"
    other = factories.principal(Role.PATHOLOGIST)
    tokens = {
        "none": "",
        "garbage": "x:y:z",
        "unsigned": django_signing.dumps([row.to_json() for row in rows]),
        "another's": pages_shown.token(rows, to=other, about=about),
        "another page's": pages_shown.token(rows, to=bench.pathologist, about="worklist x y"),
    }

    answer = client.post("/worklist/", given(client, result, shown=tokens[attack]))

    assert answer.status_code == 409
    assert "does not say what was shown" in answer.content.decode()
    assert states(result) == ["TECHNICALLY_VERIFIED"]


def test_foreign_rows_ticked_beside_listed_ones_refuse_the_page(bench: Bench) -> None:
    listed, flagged = bench.verified(), bench.verified("16.0")
    client = client_of(bench.pathologist)

    answer = client.post("/worklist/", given(client, listed, flagged))

    assert answer.status_code == 409
    assert states(listed, flagged) == ["TECHNICALLY_VERIFIED"] * 2


@pytest.mark.parametrize(
    "more",
    [
        {"result": []},
        {"result": ["x"]},
        {"result": ["²"]},
        {"result": ["9" * 40]},
        {"move": "verify"},
        {"move": "destroy"},
        {"lane": "REVIEW"},
        {"status": "RELEASED"},
    ],
)
def test_a_bad_form_releases_nothing(bench: Bench, more: dict[str, Any]) -> None:
    result = bench.verified()
    client = client_of(bench.pathologist)

    answer = client.post("/worklist/", given(client, result, **more), follow=True)

    assert answer.status_code == 200
    assert "Tick the results first" in answer.content.decode()
    assert states(result) == ["TECHNICALLY_VERIFIED"]


def test_a_form_sent_twice_is_signed_once(bench: Bench) -> None:
    result = bench.verified()
    client = client_of(bench.pathologist)
    sign_on_page(client, result, "release")
    address = f"/results/{result.pk}/"
    data = {"text": "Confirmed.", "password": PASSWORD, "shown": shown_on(client, address)}

    answers = [client.post(f"{address}append/", data).status_code for _again in range(2)]

    assert answers == [302, 409]
    assert ResultComment.objects.count() == 1


def test_nobody_is_offered_or_let_do_their_own_entry(bench: Bench) -> None:
    mine = bench.recorded(by=bench.verifier)
    client = client_of(bench.verifier)

    text = client.get("/worklist/?lane=CLEAR&status=RESULTED").content.decode()
    answer = client.post(f"/results/{mine.pk}/verify/", {"expected": "RESULTED"})

    assert "checkbox" not in text
    assert answer.status_code == 403
    assert f"/results/{mine.pk}/verify/" not in client.get(f"/results/{mine.pk}/").content.decode()
    assert states(mine) == ["RESULTED"]


def test_a_single_release_asks_for_password_and_meaning(bench: Bench) -> None:
    result = bench.verified("6.1")
    client = client_of(bench.pathologist)

    without = sign_on_page(client, result, "release", password="")
    meaningless = sign_on_page(client, result, "release", meaning="AUTOVERIFIED")
    vague = sign_on_page(client, result, "release", meaning="RELEASED_WITH_RESERVATION")
    signed = sign_on_page(client, result, "release")

    assert [one.status_code for one in (without, meaningless, vague, signed)] == [
        422,
        422,
        422,
        302,
    ]
    text = client.get(f"/results/{result.pk}/").content.decode()
    assert "reviewed and released" in text
    assert Signature.objects.get().sha256[:16] in text


def test_a_specimen_is_reviewed_and_signed_as_a_whole(bench: Bench) -> None:
    result = bench.verified("16.0")
    client = client_of(bench.pathologist)
    address = f"/worklist/{result.specimen.accession}/"
    query = "?status=TECHNICALLY_VERIFIED"

    text = client.get(address + query).content.decode()
    data = {**given(client, result), "shown": shown_on(client, address + query)}
    done = client.post(address, data, follow=True)

    assert "flagged high" in text
    assert "1 result released." in done.content.decode()


def test_a_signature_is_read_again_on_its_page(bench: Bench) -> None:
    result = bench.verified()
    client = client_of(bench.pathologist)
    sign_on_page(client, result, "release")
    signature = Signature.objects.get()

    text = client.get(f"/signatures/{signature.pk}/").content.decode()
    auditor = client_of(factories.principal(Role.AUDITOR)).get(f"/signatures/{signature.pk}/")

    assert "Everything stands as it was signed" in text
    assert signature.sha256 in text
    assert result.specimen.accession not in auditor.content.decode()
    nurse = client_of(factories.principal(Role.NURSE)).get(f"/signatures/{signature.pk}/")
    assert nurse.status_code == 403


@pytest.mark.parametrize(
    "address",
    ["/worklist/", "/worklist/?lane=REVIEW", CLEAR, "/worklist/?lane=CLEAR&status=RESULTED"],
)
def test_each_tab_costs_the_same_queries_whatever_its_length(bench: Bench, address: str) -> None:
    client = client_of(bench.pathologist)
    for value in ("13.1", "16.0"):
        bench.recorded(value)
        bench.verified(value)
    few = queries_of(client, address)
    for value in ("13.2", "13.3", "16.1", "6.1"):
        bench.recorded(value)
        bench.verified(value)

    assert queries_of(client, address) == few


@pytest.mark.parametrize(
    "query", ["lane=NONE", "status=RELEASED", "lane=CLEAR&after=x~y~z", "section=%00"]
)
def test_a_damaged_link_shows_a_page(bench: Bench, query: str) -> None:
    bench.recorded()

    assert client_of(bench.verifier).get(f"/worklist/?{query}").status_code == 200


def test_a_specimen_out_of_reach_looks_like_none(bench: Bench) -> None:
    result = bench.recorded()
    client = client_of(bench.verifier)

    assert client.get("/worklist/0000000000/").status_code == 404
    ward = client_of(factories.principal(Role.WARD_DOCTOR))
    assert ward.get(f"/worklist/{result.specimen.accession}/").status_code == 403
