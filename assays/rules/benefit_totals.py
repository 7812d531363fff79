"""How many of those who had a benefit kept it after a removal, by measure: each person counted once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from assays.rules.benefit_measures import Measure
from assays.rules.benefits import Finding, Verdict, Why
from assays.rules.indicators import Share


@dataclass(frozen=True, slots=True)
class Total:
    """Findings of one measure: verdicts, and why nothing is said of how many (a person may have several)."""

    measure: Measure
    verdicts: Mapping[Verdict, int] = field(default_factory=dict)
    whys: Mapping[Why, int] = field(default_factory=dict)

    @property
    def kept(self) -> Share:
        """Kept, of those whose benefit was kept or lost; Wilson's interval of 95 % in per cent."""
        kept = self.verdicts.get(Verdict.KEPT, 0)
        return Share(kept, kept + self.verdicts.get(Verdict.LOST, 0))

    @property
    def people(self) -> int:
        return sum(self.verdicts.values())


def totals(measures: Sequence[Measure], found: Iterable[Sequence[Finding]]) -> list[Total]:
    """Return the totals of each measure in its order; `found` has the findings of each person."""
    verdicts: dict[str, Counter[Verdict]] = {one.analyte: Counter() for one in measures}
    whys: dict[str, Counter[Why]] = {one.analyte: Counter() for one in measures}
    for findings in found:
        for one in findings:
            verdicts[one.measure.analyte][one.verdict] += 1
            whys[one.measure.analyte].update(one.whys)
    return [Total(one, verdicts[one.analyte], whys[one.analyte]) for one in measures]
