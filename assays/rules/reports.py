"""What changed between two versions of a report, and which status the newer one has.

A version's content is a mapping as `assays.queries.reports` builds it. Its ``results`` are the
values that hold; ``withdrawn`` are values that were reported once and hold no more, each with its
reason. Nothing here reads a clock or a table.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from assays.rules.states import REPORT, ReportStatus
from labsys.lib import units

Content = Mapping[str, Any]

# What belongs to the version itself; two contents are compared without it.
OWN = frozenset({"version", "changes"})
# What is printed of a value beside the value: the same value may come to read differently.
REMARKS = ("range", "flags", "comment", "specimen", "observed_at")
DETAILS = ("hospital", "patient", "order")


class Sort(StrEnum):
    """How a value, or what is printed beside the values, differs from the version before."""

    ADDED = "ADDED"
    REPLACED = "REPLACED"
    WITHDRAWN = "WITHDRAWN"
    REMARKED = "REMARKED"
    APPENDED = "APPENDED"
    NOT_MEASURED = "NOT_MEASURED"
    AWAITED = "AWAITED"
    DETAIL = "DETAIL"
    # A value that is not released yet: given, released as it was given, or not standing any more.
    PRELIMINARY = "PRELIMINARY"
    CONFIRMED = "CONFIRMED"
    RETRACTED = "RETRACTED"
    # A value that was given before its release: being checked, or given again after that.
    HELD = "HELD"
    CLEARED = "CLEARED"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: of which analyte or detail, what was said before and now, why, who, when.

    ``at`` is a moment in ISO 8601; ``by`` the name of whoever withdrew or corrected the value.
    """

    sort: Sort
    subject: str
    old: str = ""
    new: str = ""
    reason: str = ""
    by: str = ""
    at: str = ""

    def to_json(self) -> dict[str, str]:
        return {**asdict(self), "sort": self.sort.value}


@dataclass(frozen=True, slots=True)
class Standing:
    """How the order stands whose report it is."""

    has_values: bool
    is_open: bool
    is_in_error: bool = False
    has_preliminary: bool = False


def digest(content: Content) -> str:
    """Return the SHA-256 of a content in its canonical form (sorted keys, UTF-8, no spaces)."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def is_same(before: Content, after: Content) -> bool:
    """Return whether two versions say the same."""
    return _substance(before) == _substance(after)


def _substance(content: Content) -> dict[str, Any]:
    return {key: value for key, value in content.items() if key not in OWN}


def changes(before: Content, after: Content) -> tuple[Change, ...]:
    """Return everything that reads differently, corrections first."""
    return (
        *_replaced(before, after),
        *_withdrawn(before, after),
        *_retracted(before, after),
        *_newly_held(before, after),
        *_added(before, after),
        *_preliminary(before, after),
        *_remarked(before, after),
        *_appended(before, after),
        *_listed(Sort.NOT_MEASURED, "cancelled", before, after),
        *_listed(Sort.AWAITED, "awaited", before, after),
        *_details(before, after),
    )


def _current(content: Content) -> dict[int, Mapping[str, Any]]:
    return {line["id"]: line for line in content["results"]}


def _new(before: Content, after: Content) -> list[Mapping[str, Any]]:
    known = _current(before)
    return [line for line in after["results"] if line["id"] not in known]


def _replaced(before: Content, after: Content) -> Iterator[Change]:
    gone = {line["id"]: line for line in after["withdrawn"]}
    for line in _new(before, after):
        old = gone.get(line["replaces"])
        if old is not None:
            yield _of_value(Sort.REPLACED, old, old=said(old), new=said(line))


def _withdrawn(before: Content, after: Content) -> Iterator[Change]:
    known = {line["id"] for line in before["withdrawn"]}
    replaced = {line["replaces"] for line in _new(before, after)}
    for line in after["withdrawn"]:
        if line["id"] not in known | replaced:
            yield _of_value(Sort.WITHDRAWN, line, old=said(line), new="")


def _of_value(sort: Sort, gone: Mapping[str, Any], *, old: str, new: str) -> Change:
    why = {name: gone[name] for name in ("reason", "by", "at")}
    return Change(sort, gone["name"], old, new, **why)


def _added(before: Content, after: Content) -> Iterator[Change]:
    gone = {line["id"] for line in after["withdrawn"]}
    told = told_early(before)
    for line in _new(before, after):
        if line["replaces"] not in gone:
            sort = Sort.CONFIRMED if line["id"] in told else Sort.ADDED
            yield Change(sort, line["name"], new=said(line))


def preliminary_of(content: Content) -> Sequence[Mapping[str, Any]]:
    """Return the values of a content that were not released; most contents have none."""
    found: Sequence[Mapping[str, Any]] = content.get("preliminary", [])
    return found


def held_of(content: Content) -> Sequence[Mapping[str, Any]]:
    """Return the values that were told before their release and are held since, not given here."""
    found: Sequence[Mapping[str, Any]] = content.get("held", [])
    return found


def told_early(content: Content) -> frozenset[int]:
    """Return the ids of the values that a reader of this content knows before their release."""
    return frozenset(line["id"] for line in (*preliminary_of(content), *held_of(content)))


def _on_hold(content: Content) -> dict[int, Mapping[str, Any]]:
    """Return the values that a content says are held, whether or not it gives them."""
    lines = (*preliminary_of(content), *held_of(content))
    return {line["id"]: line for line in lines if "held" in line}


def _newly_held(before: Content, after: Content) -> Iterator[Change]:
    known, told = _on_hold(before), told_early(before)
    for id_, line in _on_hold(after).items():
        if id_ in told and id_ not in known:
            yield Change(Sort.HELD, line["name"], old=said(line), **line["held"])


def _retracted(before: Content, after: Content) -> Iterator[Change]:
    """Values that were given before their release and stand neither so nor released now."""
    known = {line["id"] for line in after["results"]} | told_early(after)
    for line in (*preliminary_of(before), *held_of(before)):
        if line["id"] not in known:
            yield Change(Sort.RETRACTED, line["name"], old=said(line))


def _preliminary(before: Content, after: Content) -> Iterator[Change]:
    told = {line["id"]: line for line in preliminary_of(before)}
    held = _on_hold(before)
    for line in preliminary_of(after):
        old = told.get(line["id"])
        if line["id"] in held and "held" not in line:
            yield Change(Sort.CLEARED, line["name"], new=said(line))
        elif old is None:
            yield Change(Sort.PRELIMINARY, line["name"], new=said(line))
        elif old["standing"] != line["standing"]:
            yield Change(Sort.PRELIMINARY, line["name"], old=said(old), new=said(line))


def _remarked(before: Content, after: Content) -> Iterator[Change]:
    known = _current(before)
    for line in after["results"]:
        old = known.get(line["id"])
        if old is not None and any(old[name] != line[name] for name in REMARKS):
            yield Change(Sort.REMARKED, line["name"], old=_remark(old), new=_remark(line))


def _remark(line: Mapping[str, Any]) -> str:
    flags = ", ".join(flag["words"] for flag in line["flags"])
    return "; ".join(filter(None, (said(line), line["range"]["text"], flags, line["comment"])))


def _appended(before: Content, after: Content) -> Iterator[Change]:
    """Texts that were added to a value; contents of before there were any hold none."""
    known = _current(before)
    for line in after["results"]:
        old = known.get(line["id"])
        told = [] if old is None else old.get("addenda", [])
        for one in line.get("addenda", []) if old is not None else []:
            if one not in told:
                text, by, at = one["text"], one["by"], one["at"]
                yield Change(Sort.APPENDED, line["name"], new=text, by=by, at=at)


def _listed(sort: Sort, key: str, before: Content, after: Content) -> Iterator[Change]:
    for name in after[key]:
        if name not in before[key]:
            yield Change(sort, name)


def _details(before: Content, after: Content) -> Iterator[Change]:
    for part in DETAILS:
        old, new = before[part], after[part]
        if not isinstance(new, Mapping):
            old, new = {part: old}, {part: new}
        for name in new:
            if old.get(name) != new[name]:
                yield Change(Sort.DETAIL, name, str(old.get(name, "")), str(new[name]))


def said(line: Mapping[str, Any]) -> str:
    """Return a value as it is printed, with its unit."""
    return f"{line['shown']} {units.shown(line['unit'])}".rstrip()


def status_after(
    old: ReportStatus, *, changed: Collection[Sort], standing: Standing
) -> ReportStatus:
    """Return the status of the next version; the same one where the table has no move to make.

    Before the report is final it stays partial, or preliminary where it gives values that are not
    released, whatever changes: a correction is said among the changes. Once final it is corrected
    when a value that was given holds no more, appended when values or addenda came to it, amended
    for anything else.
    """
    if standing.is_in_error or old is ReportStatus.ENTERED_IN_ERROR:
        return ReportStatus.ENTERED_IN_ERROR
    if old in (ReportStatus.REGISTERED, ReportStatus.PARTIAL, ReportStatus.PRELIMINARY):
        if standing.is_open:
            return ReportStatus.PRELIMINARY if standing.has_preliminary else ReportStatus.PARTIAL
        return ReportStatus.FINAL if standing.has_values else ReportStatus.CANCELLED
    if old is ReportStatus.CANCELLED:
        return old
    if not {Sort.REPLACED, Sort.WITHDRAWN}.isdisjoint(changed):
        return ReportStatus.CORRECTED
    if not {Sort.ADDED, Sort.APPENDED}.isdisjoint(changed):
        return ReportStatus.APPENDED
    return ReportStatus.AMENDED if changed else old


def can_follow(old: ReportStatus, new: ReportStatus) -> bool:
    """Return whether a version of this status may come after one of that."""
    return old is new or REPORT.can_move(old, new)


def replaced_by_chain(
    corrects: Mapping[int, int | None], ever_released: Collection[int]
) -> dict[int, int | None]:
    """Return, per result, the newest reported value that it stands in for, by its corrections.

    ``corrects`` names, per result, the one it corrects; values that were corrected before anybody
    was told of them are passed over.
    """
    found: dict[int, int | None] = {}
    for result, old in corrects.items():
        while old is not None and old not in ever_released:
            old = corrects.get(old)
        found[result] = old
    return found


def values_of(content: Content) -> Sequence[int]:
    """Return the ids of the results whose values a content gives."""
    return sorted(line["id"] for line in content["results"])
