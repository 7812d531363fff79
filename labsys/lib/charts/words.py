"""The words in a drawing; a door passes them in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo


@dataclass(frozen=True, slots=True)
class Words:
    """English unless others are given; `%(...)s` are filled in."""

    months: tuple[str, ...] = (
        "Jan",
        "Feb",
        "Mar",
        "Apr",
        "May",
        "Jun",
        "Jul",
        "Aug",
        "Sep",
        "Oct",
        "Nov",
        "Dec",
    )
    critical: str = "critical"
    reference: str = "reference"
    normal: str = "in range"
    abnormal: str = "outside the range"
    critical_value: str = "critical value"
    uncertain: str = "not judged"
    censored: str = "beyond the limit of measurement"
    provisional: str = "not released"
    when: str = "Time"
    value: str = "Value"
    remark: str = "Remark"
    no_values: str = "No values."
    key: str = "What the marks mean"
    sd: str = "SD"
    verdict: str = "Verdict"
    in_control: str = "in control"
    warning: str = "warning"
    rejected: str = "rejected"
    excluded: str = "excluded"
    beyond_scale: str = "beyond the scale"
    control_summary: str = (
        "%(count)s control measurements from %(first)s to %(last)s; the last is %(shown)s. "
        "%(rejected)s rejected, %(warnings)s with a warning."
    )
    summary: str = (
        "%(count)s values from %(first)s to %(last)s; the last is %(shown)s. "
        "%(abnormal)s outside the reference range, %(critical)s of them critical."
    )

    def day(self, moment: datetime, zone: tzinfo) -> str:
        return self._day(moment.astimezone(zone))

    def moment(self, moment: datetime, zone: tzinfo) -> str:
        local = moment.astimezone(zone)
        return f"{self._day(local)} {local.hour:02}:{local.minute:02}"

    def _day(self, local: datetime) -> str:
        return f"{local.day} {self.months[local.month - 1]} {local.year}"


ENGLISH = Words()
