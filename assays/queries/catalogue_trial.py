"""What files handed in would change in the catalogue, and everything that keeps them out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from assays.models import Analyte, Assay, SpecimenType
from assays.queries import catalogue_files
from assays.queries.catalogue_files import Values
from assays.rules.catalogue_files import TABLES, Change, Problem, Row, Sort, compare, read_table
from assays.rules.catalogue_files.cells import Value
from assays.rules.catalogue_files.checking import Known, check, check_covered
from assays.rules.catalogue_files.layout import ASSAY
from labsys.lib.wording import gettext_noop as _
from patients.models import Species

Group = tuple[Value, ...]


@dataclass
class Plan:
    """The rows handed in beside those in force: what would change, and what is wrong."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    before: dict[str, list[Values]] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    catalogue_sha256: str = ""

    def of(self, table: str) -> list[Change]:
        return [change for change in self.changes if change.table == table]

    @property
    def assays(self) -> list[Group]:
        """The assays that get a new version: those whose values or ranges change."""
        touched = [*self.of("assays"), *self.of("ranges")]
        return list(dict.fromkeys(change.group for change in touched))

    @property
    def retired(self) -> set[Group]:
        """The assays that go out of force; of them no intervals are asked for."""
        return {change.group for change in self.of("assays") if change.sort is Sort.RETIRED}

    def ranges_of(self, group: Group) -> list[Row]:
        return [row for row in self.rows.get("ranges", ()) if row.of(ASSAY) == group]

    @property
    def named_ranges(self) -> set[Group]:
        return {row.of(ASSAY) for row in self.rows.get("ranges", ())}


def read(texts: Mapping[str, str], *, is_complete: bool, hole_reason: str) -> Plan:
    """Compare the texts of tables, by file name, with what is in force now."""
    plan = Plan(before=catalogue_files.tables())
    plan.catalogue_sha256 = catalogue_files.digest(plan.before)
    for name, text in texts.items():
        table, rows, problems = read_table(text, name=name)
        plan.problems += problems
        if table is None:
            continue
        if table.name in plan.rows:
            plan.problems.append(Problem(name, None, "", "", TWICE, {"table": table.name}))
            continue
        plan.rows[table.name] = rows
    if plan.problems:
        return plan
    plan.problems += check(plan.rows, _known())
    for name, rows in plan.rows.items():
        plan.changes += compare(
            TABLES[name],
            plan.before[name],
            rows,
            # An analyte is not retired: results name it for ever.
            is_complete=is_complete and name != "analytes",
        )
    if not plan.problems:
        plan.problems += _uncovered(plan, are_gaps_filled=bool(hole_reason.strip()))
    return plan


TWICE = _("Two files hold the table of %(table)s; hand in one.")


def _known() -> Known:
    assays = Assay.objects.values_list("analyte__code", "specimen_type__code", "method")
    return Known(
        analytes=set(Analyte.objects.values_list("code", flat=True)),
        specimen_types=set(SpecimenType.objects.values_list("code", flat=True)),
        species=set(Species.objects.values_list("code", flat=True)),
        assays={tuple(one) for one in assays},
    )


def _uncovered(plan: Plan, *, are_gaps_filled: bool) -> list[Problem]:
    """Judge by the coverage gate every assay whose intervals change, or that is new."""
    there = {tuple(row[name] for name in ASSAY) for row in plan.before["assays"]}
    touched = {change.group for change in plan.of("ranges")}
    new = {group for group in plan.assays if group not in there}
    rows = plan.rows.get("ranges", [])
    return [
        problem
        for group in plan.assays
        if group in (touched | new) - plan.retired
        for problem in check_covered(rows, group, are_gaps_filled=are_gaps_filled)
    ]
