"""Signing results: the one function that writes signatures, by a password or by approved rules.

A signature is written in the transaction of the act that it stands for, before that act: a result
names its signature when it is released, and the database refuses a release that names none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from assays.models import NaniteCount, Result, Signature, SignedResult
from assays.queries import lanes
from assays.queries import signatures as queries
from assays.rules.shown import Shown, changes
from assays.rules.shown import digest as seen_digest
from assays.rules.signatures import ALGORITHM, Meaning, digest
from labsys.accounts.actions import step_ups
from labsys.accounts.models import Principal, StepUp
from labsys.audit.context import acting
from labsys.lib import bulk
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed


@dataclass(frozen=True, slots=True)
class Signing:
    """What a person brings to an act that is signed: the password given again, and what they say.

    `seen` is what the page showed of each result from which they sign; a page always says so.
    """

    step_up: StepUp | None
    meaning: Meaning
    remark: str = ""
    seen: tuple[Shown, ...] = ()


class NotAsShown(Conflict):
    """A result is not as the page showed it from which somebody signs; nothing was done."""

    kind = "not-as-shown"


def check(*, signing: Signing, by: Principal, at: datetime) -> StepUp:
    """Raise unless this person gave their password again in time and says what may be said."""
    if signing.meaning is Meaning.AUTOVERIFIED:
        raise NotAllowed(_("Only approved rules release by themselves."))
    if signing.meaning is Meaning.RELEASED_WITH_RESERVATION and not signing.remark.strip():
        raise InvalidInput(_("Say what the reservation is."), field="remark")
    return step_ups.check(step_up=signing.step_up, by=by, at=at)


def check_seen(*, result: Result, signing: Signing) -> None:
    """Raise NotAsShown where a locked result is not as its page showed it to whoever signs."""
    for seen in signing.seen:
        found = lanes.of_ids([result.pk]).get(seen.result_id)
        changed = changes(seen, found.shown if found else None)
        if changed:
            raise NotAsShown(
                _("%(result)s is not as it was shown meanwhile: %(changes)s. Look at it again.")
                % {"result": result, "changes": "; ".join(_(one) for one in changed)}
            )


def sign(
    *,
    results: Sequence[int],
    signing: Signing,
    by: Principal,
    at: datetime,
    comments: Mapping[int, Sequence[dict[str, Any]]] | None = None,
    count: NaniteCount | None = None,
) -> Signature:
    """Sign results (by id, in this order) as a person; called by the act that is signed.

    `comments` gives, per result, the comments that will hold once the act is done, where it is
    about them; `count` what was counted in place of what the results were calculated from.
    """
    step_up = check(signing=signing, by=by, at=at)
    with acting(by=by, at=at, action="assays.signature.sign"):
        return _write(
            results,
            {
                "meaning": signing.meaning,
                "remark": signing.remark.strip(),
                "shown_sha256": seen_digest(signing.seen) if signing.seen else "",
                "step_up": step_up,
            },
            name=step_up.session.user.full_name,
            by=by,
            at=at,
            comments=comments or {},
            count=count,
        )


def sign_by_rules(
    *, results: Sequence[int], rule_set: str, by: Principal, at: datetime
) -> Signature:
    """Sign results as the approved rule set that releases them; never as a person."""
    if by.name != "system:autoverify":
        raise NotAllowed(_("Only approved rules release by themselves."))
    with acting(by=by, at=at, action="assays.signature.sign_by_rules"):
        given = {"meaning": Meaning.AUTOVERIFIED, "rule_set": rule_set}
        return _write(results, given, name=by.name, by=by, at=at, comments={})


def _write(
    results: Sequence[int],
    given: dict[str, Any],
    *,
    name: str,
    by: Principal,
    at: datetime,
    comments: Mapping[int, Sequence[dict[str, Any]]],
    count: NaniteCount | None = None,
) -> Signature:
    contents = queries.contents(results)
    if count is not None:
        counted = queries.count_content(count)
        contents = {result: {**one, "count": counted} for result, one in contents.items()}
    for result, ones in comments.items():
        contents[result]["comments"] = list(ones)
    digests = [(result, digest(contents[result])) for result in results]
    made: Signature = Signature(
        signed_by=by, signed_name=name, signed_at=at, algorithm=ALGORITHM, **given
    )
    made.sha256 = digest(queries.whole(made, digests))
    made.save(force_insert=True)
    rows = [
        {
            "signature_id": made.pk,
            "position": position,
            "result_id": result,
            "content": contents[result],
            "sha256": sha256,
        }
        for position, (result, sha256) in enumerate(digests, start=1)
    ]
    bulk.insert(SignedResult, rows)
    return made
