"""What assays announces upward, inside the transaction in which it happens."""

from dataclasses import dataclass

from django.dispatch import Signal


@dataclass(frozen=True, slots=True)
class NewResult:
    """What is told of a result that was just recorded; `analyte` is its code."""

    result_id: int
    item_id: int
    specimen_id: int
    analyte: str


# Sent with `result`, `by` and `at` when a result is released.
result_released = Signal()
# Sent with `result`, `by` and `at` when a correction supersedes a result, or it is withdrawn or, before
# its release, rejected.
result_withdrawn = Signal()
# Sent with `hold` (a ResultHold), `by` and `at` when a value is held that may have been told before its
# release, and with `cleared` (a ResultHoldClear) when such a hold ends.
result_held = Signal()
result_hold_cleared = Signal()
# Sent with `result_ids`, `by` and `at` when an evaluation held results, told before or not.
results_held = Signal()
# Sent with `result`, `comment` (a ResultComment), `by` and `at` when something is amended or appended
# beside a released value.
result_amended = Signal()
# Sent with `version` (a ReportVersion), `by` and `at` when a version of a report is made.
report_made = Signal()
# Sent with `identifier` (a SpecimenIdentifier), `by` and `at` when another system's identifier of a
# specimen is registered: items held for want of it can be read again.
specimen_identified = Signal()
# Sent with `new` (a NewResult of each), `known` (what they were filed by: specimens and everything
# ordered on them, locked, and the catalogue), `by` and `at` when results are recorded.
results_recorded = Signal()
# Sent with `number` (an OrderNumber), `by` and `at` when an order that a hospital placed is numbered.
order_numbered = Signal()
# Sent with `specimen`, `by` and `at` when a specimen is collected.
specimen_collected = Signal()
# Sent with `version`, `by` and `at` when an assay version, a conversion or a mapping is in force.
version_activated = Signal()
