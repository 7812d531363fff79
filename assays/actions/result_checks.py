"""What has to hold before a result moves: who it may be, in which state, and that nothing holds it.

Verifying and releasing begin with `guard`: what they find then is what holds when they commit.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assays.models import Evaluation, OrderItem, Result, ResultHold, Specimen, SpecimenItem
from assays.queries import attempts, calculations, controls
from assays.rules.states import ResultStatus
from labsys.accounts.models import Principal
from labsys.lib.errors import Conflict, Refusal

STATUS_WORDS = {
    ResultStatus.RESULTED: gettext_lazy("waiting for verification"),
    ResultStatus.TECHNICALLY_VERIFIED: gettext_lazy("technically verified"),
    ResultStatus.RELEASED: gettext_lazy("released"),
    ResultStatus.SUPERSEDED: gettext_lazy("superseded by a correction"),
    ResultStatus.CANCELLED: gettext_lazy("rejected"),
    ResultStatus.ENTERED_IN_ERROR: gettext_lazy("marked as entered in error"),
}
# What somebody who entered a value may not do with it, by the verbs of `check_other_person`.
_OWN = {
    "verify": gettext_lazy("You entered %(result)s; somebody else has to verify it."),
    "release": gettext_lazy("You entered %(result)s; somebody else has to release it."),
    "decide about": gettext_lazy("You entered %(result)s; somebody else has to decide about it."),
    "choose": gettext_lazy("You entered %(result)s; somebody else has to choose it."),
    "clear the hold on": gettext_lazy(
        "You entered %(result)s; somebody else has to clear the hold on it."
    ),
}


class ResultMoveRefused(Conflict):
    """The result is not in the state from which this move starts."""

    kind = "result-move-refused"


class OwnEntry(Refusal):
    """Somebody tried to verify or release what they entered themselves."""

    status = 403
    kind = "own-entry"


class ResultHeld(Refusal):
    """A result must not move on while a hold on it is open, or before it was analysed."""

    kind = "result-held"


def guard(result_ids: Collection[int]) -> dict[int, ResultStatus]:
    """Keep control holds from being opened, then lock results; returns their states.

    Verifying and releasing begin with it: what they find then is what holds when they commit.
    """
    # A calculated value was measured where its inputs were.
    ids = Q(pk__in=result_ids) | Q(used_in__calculated__result__in=result_ids)
    measured = Result.objects.filter(ids, instrument__isnull=False).distinct()
    pairs = measured.values_list("instrument_id", "assay_version__assay_id")
    controls.open_holds(pairs, is_releasing=True)
    return lock(result_ids)


def lock(result_ids: Collection[int]) -> dict[int, ResultStatus]:
    """Lock results until the transaction ends, in the order of their ids; returns their states."""
    # Not `no_key`: the row of a hold refers to its result, and must be seen here or wait.
    rows = Result.objects.select_for_update().filter(pk__in=result_ids)
    found = rows.order_by("pk").values_list("pk", "status")
    return {pk: ResultStatus(status) for pk, status in found}


def lock_for_withdrawal(results: Sequence[Result], *, specimens: Collection[int] = ()) -> None:
    """Lock values that are taken back, in the one order of locks: specimens, results, items.

    The specimens as a recording does: what is being calculated from a value is waited for. The values
    with whatever was calculated from them; everything ordered on the specimens (or on `specimens`
    beside them, by their ids). Orders follow.
    """
    touched = {*specimens, *(one.specimen_id for one in results)}
    held = Specimen.objects.select_for_update(no_key=True).filter(pk__in=touched)
    list(held.order_by("pk").values_list("pk", flat=True))
    given = [one.pk for one in results]
    ids = [*given, *calculations.resting_on(given)]
    lock(ids)
    answered = Q(pk__in=Result.objects.filter(pk__in=ids).values("order_item"))
    placed = Q(pk__in=SpecimenItem.objects.filter(specimen__in=touched).values("item"))
    items = OrderItem.objects.select_for_update(no_key=True).filter(answered | placed)
    list(items.order_by("pk").values_list("pk", flat=True))


def check_state(result: Result, found: ResultStatus | None) -> None:
    """Raise ResultMoveRefused unless the locked state is the one from which a release starts."""
    if found is ResultStatus.TECHNICALLY_VERIFIED:
        return
    seen, result.status = result.status, found or result.status
    if seen != result.status:
        raise ResultMoveRefused(
            _("%(result)s is %(state)s meanwhile; look at it again before you decide.")
            % {"result": result, "state": words(result)}
        )
    raise ResultMoveRefused(
        _("%(result)s is %(state)s; only a technically verified result can be released.")
        % {"result": result, "state": words(result)}
    )


def is_own(result: Result, by: Principal) -> bool:
    """Whether `by` supplied or recorded the value, or what it was calculated from."""
    supplied = calculations.suppliers(result)
    return by.pk in (result.entered_by_id, result.recorded_by_id, *supplied)


def check_other_person(result: Result, by: Principal, *, verb: str) -> None:
    """Raise OwnEntry where `by` supplied or recorded the value (law: four eyes)."""
    if is_own(result, by):
        raise OwnEntry(_OWN[verb] % {"result": result})


def check_ready(result: Result) -> None:
    """Raise ResultHeld where the result was not analysed, or it or its instrument is held."""
    if not Evaluation.objects.filter(result=result).exists():
        raise ResultHeld(
            _("%(result)s is not analysed yet; its flags are not known.") % {"result": result}
        )
    open_hold = ResultHold.objects.filter(result=result, clear=None).order_by("id").first()
    if open_hold is not None:
        raise ResultHeld(
            _("%(result)s is held (%(kind)s): %(reason)s Clear the hold first.")
            % {
                "result": result,
                "kind": open_hold.get_kind_display(),
                "reason": open_hold.reason,
            }
        )
    check_in_control(result)
    check_chosen(result)


def check_chosen(result: Result) -> None:
    """Raise ResultHeld where another value of the same waits or is waited for."""
    others = attempts.rivals(result)
    if others:
        said = ", ".join(str(one.reported) for one in others)
        raise ResultHeld(
            _("%(result)s has another value (%(others)s); choose which of them is reported first.")
            % {"result": result, "others": said}
        )
    if attempts.request_of(result) is not None:
        raise ResultHeld(
            _(
                "%(result)s is asked for again; wait for the new value, or take the request back "
                "first."
            )
            % {"result": result}
        )


def check_inputs(result: Result, *, together: Collection[int] = ()) -> None:
    """Raise ResultHeld where a calculated result rests on a value that is not released.

    `together` are the results that are released with it.
    """
    waiting = calculations.unreleased_inputs(result, together=together)
    if waiting:
        raise ResultHeld(
            _("%(result)s is calculated from %(inputs)s; release what it rests on first.")
            % {"result": result, "inputs": ", ".join(waiting)}
        )


def check_in_control(result: Result) -> None:
    """Raise ResultHeld where the result's instrument is out of control for its assay.

    Until the caller's transaction ends nothing can come out of control.
    """
    if result.instrument_id is None:
        return
    pair = (result.instrument_id, result.assay_version.assay_id)
    found = controls.open_holds([pair], is_releasing=True).get(pair)
    if found is not None:
        raise ResultHeld(
            _(
                "%(result)s was measured on an instrument that is out of control for this assay: "
                "%(reason)s"
            )
            % {"result": result, "reason": found.reason}
        )


def words(result: Result) -> str:
    """Return the result's state in words."""
    return str(STATUS_WORDS[ResultStatus(result.status)])
