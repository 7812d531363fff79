"""Verifying or releasing the ticked rows of a page as one: all of them, or none.

The page says what it showed of each row. Under the lock of the rows the same is found anew; one row
that changed, that is in another lane than the page may decide about, or that the person entered
refuses the whole page.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext as _

from assays.actions import result_checks, results, signatures
from assays.actions.signatures import Signing
from assays.models import Result
from assays.queries import lanes
from assays.queries.lanes import Standing
from assays.rules.lanes import LANE_WORDS, Lane
from assays.rules.shown import Shown, by_id, changes
from assays.rules.states import ResultStatus
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.errors import Conflict, InvalidInput

LIMIT = 50


class Scope(StrEnum):
    """What one page may decide about together."""

    # The clear lane of the worklist: whatever needs no further look.
    CLEAR_LANE = "CLEAR_LANE"
    # One specimen, every row of which its reader ticked; no critical or held one.
    SPECIMEN = "SPECIMEN"


ALLOWED = {
    Scope.CLEAR_LANE: frozenset({Lane.CLEAR}),
    Scope.SPECIMEN: frozenset({Lane.CLEAR, Lane.REVIEW}),
}


@dataclass(frozen=True, slots=True)
class Page:
    """What was shown, row by row, and which rows were ticked."""

    scope: Scope
    shown: tuple[Shown, ...]
    ticked: tuple[int, ...]


class StalePage(Conflict):
    """Something is not as the page showed it, or not for this page to decide: nothing was done."""

    kind = "stale-page"

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(
            _("Nothing was done, because not everything is as this page showed it: %(problems)s")
            % {"problems": " ".join(problems)}
        )
        self.problems = tuple(problems)


def verify(*, page: Page, by: Principal, at: datetime) -> list[Result]:
    """Verify the ticked rows of a page technically, all or none."""
    with acting(by=by, at=at, action="assays.result.verify_page"):
        fit = _fit(page, "assays.result.verify", ResultStatus.RESULTED, by=by)
        return results.verify_checked(results=fit, by=by, at=at)


def release(*, page: Page, by: Principal, at: datetime, signing: Signing) -> list[Result]:
    """Sign the ticked rows of a page with one signature and release them, all or none."""
    signatures.check(signing=signing, by=by, at=at)
    with acting(by=by, at=at, action="assays.result.release_page"):
        old = ResultStatus.TECHNICALLY_VERIFIED
        fit = _fit(page, "assays.result.release", old, by=by)
        seen = replace(signing, seen=page.shown)
        return results.release_checked(results=fit, signing=seen, by=by, at=at)


def _fit(page: Page, permission: str, state: ResultStatus, *, by: Principal) -> list[Result]:
    """Guard the ticked rows and return them in the page's order; raise unless all are fit."""
    ticked = set(page.ticked)
    if not ticked:
        raise InvalidInput(_("Tick the results first."))
    if len(page.shown) > LIMIT:
        raise InvalidInput(_("A page has at most %(limit)d rows.") % {"limit": LIMIT})
    shown = by_id(page.shown)
    if not ticked <= set(shown):
        raise StalePage([_("A result was ticked that the page did not list.")])
    result_checks.guard(sorted(ticked))
    found = lanes.of_ids(ticked)
    reach = policy.scope(by, Result.objects.filter(pk__in=ticked), permission)
    reachable = set(reach.values_list("pk", flat=True))
    problems: list[str] = []
    for pk in page.ticked:
        row = found.get(pk) if pk in reachable else None
        problems += _problems(shown[pk], row, page.scope, state, by=by)
        if row is not None and row.beside.has_rivals:
            another = _("%(result)s has another value; choose which of them is reported first.")
            problems.append(another % {"result": row.result})
        if row is not None and row.beside.is_asked_again:
            again = _("%(result)s is asked for again; wait for the new value.")
            problems.append(again % {"result": row.result})
    specimens = {row.result.specimen_id for row in found.values()}
    if page.scope is Scope.SPECIMEN and len(specimens) > 1:
        problems.append(_("The ticked results are of several specimens."))
    if problems:
        raise StalePage(problems)
    return [found[pk].result for pk in dict.fromkeys(page.ticked)]


def _problems(
    shown: Shown, row: Standing | None, scope: Scope, state: ResultStatus, *, by: Principal
) -> Iterator[str]:
    if row is None:
        yield _("A result is not there, or out of your reach.")
        return
    said: list[str] = [_(words) for words in changes(shown, row.shown)]
    if result_checks.is_own(row.result, by):
        said.append(_("you entered it yourself"))
    if row.result.status != state and shown.status == row.result.status:
        said.append(_("it is %(state)s") % {"state": result_checks.words(row.result)})
    if row.placing.lane not in ALLOWED[scope]:
        lane = _(LANE_WORDS[row.placing.lane])
        said.append(
            _("it is in the lane “%(lane)s” (%(reasons)s)")
            % {"lane": lane, "reasons": "; ".join(reasons_in_words(row))}
        )
    if said:
        yield f"{row.result}: {'; '.join(said)}."


def reasons_in_words(row: Standing) -> Collection[str]:
    """Return why a result is in its lane, in the reader's language."""
    return [_(one.message) % {"detail": one.detail} for one in row.placing.reasons]
