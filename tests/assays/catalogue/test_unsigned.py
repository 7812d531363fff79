"""Rows of limits are worked off by named people on one page: signed or declined, never by their author."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assays.actions import catalogue
from assays.actions.catalogue.signatures import NothingToSign
from assays.models import AssayVersion, CriticalLimit, RangeRefusal, RangeSignature
from assays.queries import catalogue as held
from assays.queries import range_rows
from assays.rules.range_rows import Age, AgeUnit, RowKind, RowRef, age_words, limits_text, read_ref
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed
from tests import factories, laboratory
from tests.clients import client_of
from tests.factories import PASSWORD
from tests.signing import step_up

pytestmark = pytest.mark.django_db
PAGE = "/catalogue/unsigned/"


@pytest.fixture(autouse=True)
def loaded() -> None:
    laboratory.load_catalogue()


@pytest.fixture
def pathologist():
    return factories.principal(Role.PATHOLOGIST, name="pathologist")


def of(code: str, kind: RowKind) -> list[range_rows.LimitRow]:
    return [row for row in range_rows.in_force() if row.code == code and row.kind is kind]


def sign(refs, by, **more):
    return catalogue.sign_rows(refs=refs, step_up=step_up(by), by=by, at=database_now(), **more)


def test_every_row_that_ships_waits(pathologist) -> None:
    rows = range_rows.in_force()

    assert not any(row.is_signed for row in rows)
    assert {row.kind for row in rows} == {
        RowKind.REFERENCE,
        RowKind.CRITICAL,
        RowKind.PLAUSIBILITY,
    }
    assert all(row.source for row in rows)


def test_several_rows_of_all_kinds_are_signed_at_once(pathologist) -> None:
    refs = [of("K", kind)[0].ref for kind in (RowKind.REFERENCE, RowKind.CRITICAL)]
    refs += [of("K", RowKind.PLAUSIBILITY)[0].ref]

    sign(refs, pathologist, note="Verified on 20 adults.")

    assert all(row.is_signed for row in range_rows.in_force() if row.ref in refs)
    assert held.current().by_code["K"][0].critical[0].signed
    assert {one.note for one in RangeSignature.objects.all()} == {"Verified on 20 adults."}


def test_all_are_signed_or_none(pathologist) -> None:
    first, other = of("K", RowKind.REFERENCE)[0].ref, of("K", RowKind.CRITICAL)[0].ref
    sign([first], pathologist)

    with pytest.raises(Conflict, match="signed already"):
        sign([other, first], pathologist)

    assert RangeSignature.objects.count() == 1


def test_whoever_wrote_a_row_does_not_sign_it(pathologist) -> None:
    author = factories.principal(Role.PATHOLOGIST)
    critical = [
        catalogue.RangeDraft("human", "*", 0, None, "ANY", Decimal(2), Decimal(7), "Own study.")
    ]
    values = {"amr_low": Decimal(1), "amr_high": Decimal(10), "plausible_high": Decimal(20)}
    laboratory.new_version(
        "K", author=author, approver=pathologist, critical=critical, values=values
    )

    for kind in (RowKind.CRITICAL, RowKind.PLAUSIBILITY, RowKind.REPORTABLE):
        with pytest.raises(NotAllowed, match="You wrote the"):
            sign([of("K", kind)[0].ref], author)
    # What the author's version took over unchanged was written by somebody else.
    sign([of("K", RowKind.REFERENCE)[0].ref], author)
    sign([of("K", kind)[0].ref for kind in RowKind if kind is not RowKind.REFERENCE], pathologist)

    assert all(row.is_signed for row in range_rows.in_force() if row.code == "K")


def test_a_row_taken_over_by_two_versions_still_has_its_first_author(pathologist) -> None:
    author, other = (factories.principal(Role.PATHOLOGIST) for _number in range(2))
    critical = [
        catalogue.RangeDraft("human", "*", 0, None, "ANY", Decimal(2), Decimal(7), "Own study.")
    ]
    laboratory.new_version(
        "K", author=author, approver=pathologist, critical=critical,
        values={"plausible_high": Decimal(19)},
    )  # fmt: skip
    for decimals in (2, 3):
        laboratory.new_version(
            "K", author=other, approver=pathologist, values={"decimals": decimals}
        )

    for kind in (RowKind.CRITICAL, RowKind.PLAUSIBILITY):
        with pytest.raises(NotAllowed):
            sign([of("K", kind)[0].ref], author)
        sign([of("K", kind)[0].ref], other)


def test_signatures_of_limits_hold_for_the_same_limits_of_later_versions(pathologist) -> None:
    author = factories.principal(Role.PATHOLOGIST)
    laboratory.new_version("K", author=author, approver=pathologist, values={"decimals": 2})
    for kind in (RowKind.CRITICAL, RowKind.PLAUSIBILITY):
        sign([of("K", kind)[0].ref], pathologist)

    laboratory.new_version("K", author=author, approver=pathologist, values={"decimals": 3})
    assert of("K", RowKind.CRITICAL)[0].is_signed
    assert of("K", RowKind.PLAUSIBILITY)[0].is_signed

    laboratory.new_version(
        "K", author=author, approver=pathologist, values={"plausible_high": Decimal(99)}
    )
    assert of("K", RowKind.CRITICAL)[0].is_signed
    assert not of("K", RowKind.PLAUSIBILITY)[0].is_signed


def test_a_declined_row_stays_unsigned_with_the_reason(pathologist) -> None:
    row = of("NA", RowKind.REFERENCE)[0]

    catalogue.refuse_rows(refs=[row.ref], by=pathologist, at=database_now(), reason="Other method.")

    assert not of("NA", RowKind.REFERENCE)[0].is_signed
    assert range_rows.declined([row.ref])[row.ref].reason == "Other method."
    text = client_of(pathologist).get(f"{PAGE}?show=declined").content.decode()
    assert "Other method." in text
    assert "Sodium" in text
    assert "Potassium" not in text


def test_declining_needs_a_reason(pathologist) -> None:
    with pytest.raises(InvalidInput, match="Say why"):
        catalogue.refuse_rows(
            refs=[of("NA", RowKind.REFERENCE)[0].ref], by=pathologist, at=database_now(), reason=" "
        )

    assert not RangeRefusal.objects.exists()


@pytest.mark.parametrize("role", [Role.QUALITY_MANAGER, Role.TECHNOLOGIST])
def test_only_laboratory_doctors_sign_or_decline(role: Role) -> None:
    somebody, ref = factories.principal(role), of("NA", RowKind.REFERENCE)[0].ref

    with pytest.raises(NotAllowed):
        sign([ref], somebody)
    with pytest.raises(NotAllowed):
        catalogue.refuse_rows(refs=[ref], by=somebody, at=database_now(), reason="no")
    page = client_of(somebody)
    assert "Sign: I answer" not in page.get(PAGE).content.decode()
    assert page.post(PAGE, {"rows": str(ref), "act": "sign"}).status_code == 403


def test_a_row_that_is_not_there_is_not_signed(pathologist) -> None:
    without = AssayVersion.objects.filter(amr_low=None, amr_high=None).first()
    for ref in (RowRef(RowKind.CRITICAL, 10**9), RowRef(RowKind.REPORTABLE, without.pk)):
        with pytest.raises(NothingToSign):
            sign([ref], pathologist)
    with pytest.raises(InvalidInput, match="at least one"):
        sign([], pathologist)


def test_the_page_signs_what_is_ticked_and_shows_progress(pathologist) -> None:
    refs = [str(row.ref) for row in of("HGB", RowKind.REFERENCE)]
    client = client_of(pathologist)

    given = {"rows": refs, "act": "sign", "password": PASSWORD}
    page = client.post(f"{PAGE}?analyte=HGB", given, follow=True)

    text = page.content.decode()
    assert page.redirect_chain[-1][0] == f"{PAGE}?analyte=HGB"
    assert f"{len(refs)} rows signed." in text
    assert f"reference interval: {len(refs)} /" in text
    assert "Last signed by Pathologist" in text


@pytest.mark.parametrize(
    ("password", "said"), [("", "Give your password"), ("wrong", "That is not your password")]
)
def test_the_page_signs_nothing_without_the_password_and_keeps_what_was_ticked(
    pathologist, password: str, said: str
) -> None:
    ref = str(of("HGB", RowKind.REFERENCE)[0].ref)

    page = client_of(pathologist).post(
        f"{PAGE}?analyte=HGB",
        {"rows": ref, "act": "sign", "note": "On 20 adults.", "password": password},
    )

    text = page.content.decode()
    assert page.status_code == 422
    assert said in text
    assert "On 20 adults." in text
    assert re.search(rf'value="{ref}"[^>]* checked', text)
    assert not RangeSignature.objects.exists()


def test_the_page_asks_for_the_password_once_in_five_minutes_and_never_to_decline(
    pathologist,
) -> None:
    first, second = (row.ref for row in of("HGB", RowKind.REFERENCE)[:2])
    client = client_of(pathologist)

    client.post(PAGE, {"rows": str(first), "act": "refuse", "note": "Other method."})
    client.post(PAGE, {"rows": str(first), "act": "sign", "password": PASSWORD})
    client.post(PAGE, {"rows": str(second), "act": "sign"})

    assert RangeRefusal.objects.count() == 1
    assert set(RangeSignature.objects.values_list("interval_id", flat=True)) == {
        first.row_id,
        second.row_id,
    }


@pytest.mark.parametrize(
    "rows", [["REFERENCE:x"], ["NOTHING:1"], ["REFERENCE:99999999999999999999"], [], ["1"]]
)
def test_what_is_no_row_is_refused_and_nothing_is_signed(pathologist, rows) -> None:
    given = {"rows": rows, "act": "sign", "password": PASSWORD}
    page = client_of(pathologist).post(PAGE, given)

    assert page.status_code == 422
    assert not RangeSignature.objects.exists()


def test_filters_leave_what_they_say(pathologist) -> None:
    client = client_of(pathologist)

    text = client.get(f"{PAGE}?analyte=glucose&kind=CRITICAL&species=human").content.decode()

    assert "1 row waits" in text
    assert "critical limits" in text
    assert "No row in force" in client.get(f"{PAGE}?analyte=nothing").content.decode()
    for odd in ("?from=x", "?from=-1", "?from=999999", "?kind=%00", "?show=x"):
        assert client.get(PAGE + odd).status_code == 200


def test_the_page_asks_the_same_number_of_queries_however_many_rows_wait(pathologist) -> None:
    client = client_of(pathologist)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(f"{PAGE}?analyte=HGB")
    with CaptureQueriesContext(connection) as many:
        client.get(PAGE)

    assert len(many) == len(few) <= 22


@pytest.mark.parametrize(
    "page", ["/catalogue/", "/catalogue/?text=HGB&section=CBC", "/catalogue/?from=x"]
)
def test_the_list_of_assays_says_what_is_in_force(pathologist, page: str) -> None:
    text = client_of(pathologist).get(page).content.decode()

    for shown in ("Hemoglobin", "718-7", "g/dL", "Whole blood, EDTA", "4.2"):
        assert shown in text


def test_the_list_of_assays_asks_a_constant_number_of_queries(pathologist) -> None:
    client = client_of(pathologist)
    with CaptureQueriesContext(connection) as few:
        client.get("/catalogue/?text=HGB")
    with CaptureQueriesContext(connection) as many:
        client.get("/catalogue/")

    assert len(many) == len(few) <= 14


def test_an_assay_says_what_is_not_stated_and_why(pathologist) -> None:
    assay = AssayVersion.objects.get(assay__analyte__code="HGB").assay

    text = client_of(pathologist).get(f"/catalogue/assays/{assay.pk}/").content.decode()

    assert "not stated: it belongs to your analyser" in text
    assert "4.2 %" in text
    assert "Ricós" in text
    assert "Every patient is covered exactly once." in text
    assert "unsigned" in text


def test_a_draft_names_its_gap_and_is_moved_on_the_page(pathologist) -> None:
    author = factories.principal(Role.QUALITY_MANAGER)
    adults = catalogue.RangeDraft("*", "*", 6575, None, "ANY", Decimal(12), Decimal(16), "Own.")
    draft = catalogue.draft_assay_version(
        assay=AssayVersion.objects.get(assay__analyte__code="HGB").assay,
        by=author, at=database_now(), note="Adults only.", intervals=[adults],
    )  # fmt: skip
    address, client = f"/catalogue/assays/{draft.assay_id}/", client_of(pathologist)

    assert "No row covers: * * [0, 6575) days ANY" in client.get(address).content.decode()
    moved = f"/catalogue/versions/{draft.pk}/"
    client.post(f"{moved}approve/")
    page = client.post(f"{moved}activate/", follow=True).content.decode()

    assert "cannot come into force. No row covers: * * [0, 6575) days ANY" in page
    draft.refresh_from_db()
    assert draft.status == "APPROVED"


def test_nobody_approves_their_own_draft_on_the_page(pathologist) -> None:
    draft = catalogue.draft_assay_version(
        assay=AssayVersion.objects.get(assay__analyte__code="HGB").assay,
        by=pathologist, at=database_now(), note="Same.",
    )  # fmt: skip
    client = client_of(pathologist)

    page = client.post(f"/catalogue/versions/{draft.pk}/approve/", follow=True)

    assert "somebody else has to approve it" in page.content.decode()
    assert (
        "Somebody else approves this draft" in page.content.decode()
        or "Discard" in page.content.decode()
    )
    assert client.post(f"/catalogue/versions/{draft.pk}/steal/").status_code == 404
    assert client.post("/catalogue/versions/999999/approve/").status_code == 404


def test_a_refused_move_of_a_version_keeps_what_was_typed(pathologist) -> None:
    version = AssayVersion.objects.get(assay__analyte__code="HGB")
    client = client_of(pathologist)

    silent = client.post(f"/catalogue/versions/{version.pk}/retire/", {"reason": " "})
    long = client.post(f"/catalogue/versions/{version.pk}/retire/", {"reason": "x" * 501})
    moved = client.post(
        f"/catalogue/versions/{version.pk}/discard/", {"reason": "It was never used."}
    )

    assert silent.status_code == 422
    assert "Say why, in a few words." in silent.content.decode()
    assert "x" * 501 in long.content.decode()
    assert (long.status_code, moved.status_code) == (422, 409)
    assert "It was never used." in moved.content.decode()
    version.refresh_from_db()
    assert version.status == "ACTIVE"


def test_a_date_that_is_none_is_said_beside_its_field(pathologist) -> None:
    draft = catalogue.draft_assay_version(
        assay=AssayVersion.objects.get(assay__analyte__code="HGB").assay,
        by=factories.principal(Role.QUALITY_MANAGER),
        at=database_now(),
        note="Same.",
    )
    client = client_of(pathologist)
    client.post(f"/catalogue/versions/{draft.pk}/approve/")

    answer = client.post(f"/catalogue/versions/{draft.pk}/activate/", {"active_from": "31.02.2026"})

    assert answer.status_code == 422
    assert "31.02.2026" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.status == "APPROVED"


def test_limits_read_as_people_write_them() -> None:
    assert limits_text(None, Decimal("1.50")) == "≤ 1.50"
    assert limits_text(Decimal(2), None) == "≥ 2"
    assert limits_text(None, None) == "–"
    assert age_words(6575, None) == ("from %(low)s", {"low": Age(18, AgeUnit.YEARS)})
    assert age_words(0, 28) == ("under %(high)s", {"high": Age(28, AgeUnit.DAYS)})
    assert read_ref(str(RowRef(RowKind.CRITICAL, 7))) == RowRef(RowKind.CRITICAL, 7)


def test_every_critical_limit_of_the_world_is_found_by_its_own_id() -> None:
    ids = {row.ref.row_id for row in range_rows.in_force() if row.kind is RowKind.CRITICAL}

    assert ids == set(CriticalLimit.objects.values_list("pk", flat=True))
