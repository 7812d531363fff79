"""The fixed laws: what is never released automatically, whatever a rule set says.

They are asked twice: line by line before the rules, for the trace, and as one plain condition after
them, so that a mistake in either way of asking releases nothing. The action that releases asks a
third time, of the database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Final

from assays.rules.autoverification.subjects import QcState, Subject
from assays.rules.autoverification.traces import Line, Outcome, Verdict
from assays.rules.flags import CRITICAL, Flag
from assays.rules.range_rows import WORDS, RowKind
from assays.rules.reference_intervals import Outcome as RangeOutcome
from assays.rules.spans import Side, side_of, span_of
from labsys.lib.quantities import Quantity
from labsys.lib.wording import Refused
from labsys.lib.wording import gettext_noop as _

# What an instrument sends that says nothing against a value (HL7 table 0078).
NORMAL_SENT: Final = frozenset({"N"})
_NOT_BLOCKED: Final = (QcState.IN_CONTROL, QcState.NOT_CONTROLLED, QcState.NO_INSTRUMENT)
_NORMAL: Final = (Flag.NORMAL.value,)
_CRITICAL: Final = frozenset(flag.value for flag in CRITICAL)


def broken(subject: Subject) -> bool:
    """Return whether any fixed law forbids to release this value; in doubt it does."""
    return not (
        isinstance(subject.value, Quantity)
        and subject.holds is not None
        and not subject.holds
        and subject.is_critical is False
        and not _is_beyond_critical(subject)
        and tuple(subject.flags or ()) == _NORMAL
        and subject.flags_sent is not None
        and NORMAL_SENT.issuperset(subject.flags_sent)
        and subject.qc in _NOT_BLOCKED
        and subject.range_outcome in (RangeOutcome.ONE, RangeOutcome.SEVERAL)
        and subject.is_range_signed is True
        and subject.unsigned_limits is not None
        and not subject.unsigned_limits
        and subject.is_correction is False
    )


def lines(subject: Subject) -> Iterator[Line]:
    """Yield what each law says of this value; one that cannot be asked keeps it back."""
    for name, ask in LAWS.items():
        try:
            verdict = ask(subject)
        except Exception as error:  # noqa: BLE001 - whatever fails, the value waits for a person
            verdict = failed(error)
        yield Line(name, name, verdict, is_fixed=True)


def failed(error: Exception) -> Verdict:
    """Return the verdict of a law or rule that broke down."""
    if isinstance(error, Refused):
        return Verdict(
            Outcome.HOLD, _("This could not be judged: %(error)s"), {"error": str(error)}
        )
    return Verdict(
        Outcome.HOLD, _("This could not be judged (%(error)s)."), {"error": type(error).__name__}
    )


def _held(subject: Subject) -> Verdict:
    if subject.holds is None:
        return Verdict(Outcome.MISSING_INPUT, _("It is not known whether the result is held."), {})
    if subject.holds:
        held = {"holds": ", ".join(subject.holds)}
        return Verdict(Outcome.HOLD, _("The result is held: %(holds)s."), held)
    return Verdict(Outcome.PASS, _("Nothing holds the result."), {})


def _critical(subject: Subject) -> Verdict:
    if subject.is_critical is None:
        return Verdict(Outcome.MISSING_INPUT, _("Nobody judged whether the value is critical."), {})
    is_flagged = not _CRITICAL.isdisjoint(subject.flags or ())
    if subject.is_critical is not False or is_flagged or _is_beyond_critical(subject):
        said = {"value": str(subject.value)}
        return Verdict(Outcome.HOLD, _("The value %(value)s is critical."), said)
    return Verdict(Outcome.PASS, _("The value is not critical."), {})


def _is_beyond_critical(subject: Subject) -> bool:
    """Whether the value may lie beyond a critical limit, whatever was said of it."""
    if not isinstance(subject.value, Quantity):
        return False  # what is not a number is held by its flags
    lows = [Decimal(0), *(one.low for one in subject.critical or () if one.low is not None)]
    span = span_of(subject.value, floor=min(lows))
    sides = [side_of(span, one.low, one.high) for one in subject.critical or ()]
    return any(side is not Side.INSIDE for side in sides)


def _flagged(subject: Subject) -> Verdict:
    if not subject.flags:
        return Verdict(Outcome.MISSING_INPUT, _("The value was not flagged yet."), {})
    if not isinstance(subject.value, Quantity):
        return Verdict(Outcome.HOLD, _("The result is not a number."), {})
    if tuple(subject.flags) != _NORMAL:
        said = {"flags": ", ".join(subject.flags)}
        return Verdict(Outcome.HOLD, _("The value is flagged: %(flags)s."), said)
    return Verdict(Outcome.PASS, _("The value lies within its reference interval."), {})


def _flagged_by_instrument(subject: Subject) -> Verdict:
    if subject.flags_sent is None:
        message = _("It is not known what the instrument said about the value.")
        return Verdict(Outcome.MISSING_INPUT, message, {})
    said = {"flags": ", ".join(subject.flags_sent)}
    if not NORMAL_SENT.issuperset(subject.flags_sent):
        return Verdict(Outcome.HOLD, _("The instrument flagged the value: %(flags)s."), said)
    return Verdict(Outcome.PASS, _("The instrument raised no flag."), said)


def _qc_blocked(subject: Subject) -> Verdict:
    state = {"state": str(subject.qc)}
    match subject.qc:
        case QcState.BLOCKED:
            message = _("Quality control holds this assay on this instrument.")
            return Verdict(Outcome.HOLD, message, state)
        case QcState.IN_CONTROL:
            message = _("Quality control of this assay on this instrument is not blocked.")
            return Verdict(Outcome.PASS, message, state)
        case QcState.NOT_CONTROLLED:
            message = _("Quality control does not hold this assay, and none of it is recorded.")
            return Verdict(Outcome.PASS, message, state)
        case QcState.NO_INSTRUMENT:
            message = _("No instrument is named whose quality control could block the value.")
            return Verdict(Outcome.NOT_APPLICABLE, message, state)
    return Verdict(Outcome.MISSING_INPUT, _("The state of quality control is not known."), state)


def _rangeless(subject: Subject) -> Verdict:
    if subject.range_outcome is None:
        message = _("It is not known whether a reference interval holds for this patient.")
        return Verdict(Outcome.MISSING_INPUT, message, {})
    found = {"range": str(subject.range_outcome)}
    if subject.range_outcome not in (RangeOutcome.ONE, RangeOutcome.SEVERAL):
        message = _("No reference interval is established for this patient.")
        return Verdict(Outcome.HOLD, message, found)
    return Verdict(Outcome.PASS, _("A reference interval is established."), found)


def _unsigned(subject: Subject) -> Verdict:
    if subject.is_range_signed is None:
        message = _("It is not known whether the reference interval is signed.")
        return Verdict(Outcome.MISSING_INPUT, message, {})
    if subject.is_range_signed is not True:
        message = _("The reference interval is unverified: nobody in this laboratory signed it.")
        return Verdict(Outcome.HOLD, message, {})
    if subject.unsigned_limits is None:
        message = _("It is not known whether the limits beside the reference interval are signed.")
        return Verdict(Outcome.MISSING_INPUT, message, {})
    if subject.unsigned_limits:
        kinds = (WORDS[RowKind(one)] for one in subject.unsigned_limits)
        message = _(
            "The limits are unverified (%(limits)s): nobody in this laboratory signed them."
        )
        return Verdict(Outcome.HOLD, message, {"limits": ", ".join(kinds)})
    return Verdict(Outcome.PASS, _("The reference interval is signed."), {})


def _correction(subject: Subject) -> Verdict:
    if subject.is_correction is None:
        message = _("It is not known whether the value corrects an earlier one.")
        return Verdict(Outcome.MISSING_INPUT, message, {})
    if subject.is_correction is not False:
        message = _("The value corrects an earlier one; a person releases corrections.")
        return Verdict(Outcome.HOLD, message, {})
    return Verdict(Outcome.PASS, _("The value corrects nothing."), {})


LAWS: Final[dict[str, Callable[[Subject], Verdict]]] = {
    "HELD": _held,
    "CRITICAL_VALUE": _critical,
    "FLAGGED": _flagged,
    "FLAGGED_BY_INSTRUMENT": _flagged_by_instrument,
    "QC_BLOCKED": _qc_blocked,
    "RANGELESS": _rangeless,
    "UNSIGNED_RANGE": _unsigned,
    "CORRECTION": _correction,
}
