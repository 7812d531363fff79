"""What is new in the catalogue: an analyte, an assay with its first draft; and what is renamed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from assays.actions import versions
from assays.actions.catalogue.drafts import (
    add_panel,
    draft_assay_version,
    draft_panel_version,
)
from assays.actions.catalogue.ranges import RangeDraft
from assays.models import Analyte, Assay, AssayVersion, Panel, PanelVersion, SpecimenType
from assays.rules.loinc import check_digit, is_loinc
from assays.rules.states import VersionStatus
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib.errors import Conflict, InvalidInput
from labsys.lib.reasons import check_reason

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}\Z")
_DIGITS = re.compile(r"([0-9]{1,7})-[0-9]\Z")


def add_analyte(
    *, code: str, name: str, section: str, by: Principal, at: datetime, loinc: str = ""
) -> Analyte:
    """Add an analyte; its LOINC code is optional, and its check digit has to fit."""
    versions.check_drafter(by)
    if not _CODE.match(code):
        raise InvalidInput(
            _("A code is 1 to 32 letters, digits, dots, dashes or underscores."), field="code"
        )
    given = _checked_analyte(name=name, loinc=loinc, section=section)
    with acting(by=by, at=at, action="catalogue.analyte.add"):
        versions.lock()
        if Analyte.objects.filter(code__iexact=code).exists():
            raise Conflict(
                _("There is an analyte with the code %(code)s already.") % {"code": code}
            )
        _check_loinc_free(loinc, None)
        analyte = Analyte.objects.create(code=code, **given)
        versions.record(analyte, old="", new="ADDED", by=by, at=at)
    return analyte


def amend_analyte(
    *,
    analyte: Analyte,
    name: str,
    loinc: str,
    section: str,
    by: Principal,
    at: datetime,
    reason: str,
) -> None:
    """Change what an analyte is called, its LOINC code or its section, at once.

    Nothing that was reported changes: a report holds the words it was issued with.
    """
    versions.check_drafter(by)
    check_reason(reason)
    given = _checked_analyte(name=name, loinc=loinc, section=section)
    with acting(by=by, at=at, action="catalogue.analyte.amend", reason=reason):
        versions.lock()
        _check_loinc_free(loinc, analyte)
        Analyte.objects.filter(pk=analyte.pk).update(**given)
        versions.record(analyte, old="", new="AMENDED", by=by, at=at, reason=reason)


def add_assay(
    *,
    analyte: Analyte,
    specimen_type: SpecimenType,
    method: str,
    values: Mapping[str, Any],
    by: Principal,
    at: datetime,
    note: str,
    intervals: Sequence[RangeDraft] = (),
    critical: Sequence[RangeDraft] = (),
    hole_reason: str = "",
) -> AssayVersion:
    """Add an assay with the draft of its first version, which somebody else approves.

    It can be ordered and recorded once that version is in force; the coverage gate stands before.
    """
    versions.check_drafter(by)
    method = method.strip()
    if not method:
        raise InvalidInput(_("Name the method."), field="method")
    with acting(by=by, at=at, action="catalogue.assay.add", reason=note):
        versions.lock()
        key = {"analyte": analyte, "specimen_type": specimen_type, "method": method}
        if Assay.objects.filter(**key).exists():
            raise Conflict(
                _("%(analyte)s is measured in this specimen by this method already.")
                % {"analyte": analyte.code}
            )
        return draft_assay_version(
            assay=Assay.objects.create(**key),
            by=by,
            at=at,
            note=note,
            values=values,
            intervals=list(intervals),
            critical=list(critical),
            hole_reason=hole_reason,
        )


@dataclass(frozen=True, slots=True)
class NewAnalyte:
    """An analyte that does not stand in the catalogue yet."""

    code: str
    name: str
    section: str
    loinc: str = ""


def add_test(
    *,
    analyte: Analyte | NewAnalyte,
    by: Principal,
    at: datetime,
    note: str,
    **given: Any,
) -> AssayVersion:
    """Add an assay, and its analyte where that is new, in one transaction; see `add_assay`."""
    versions.check_drafter(by)
    check_reason(note)
    with acting(by=by, at=at, action="catalogue.assay.add", reason=note):
        if isinstance(analyte, NewAnalyte):
            analyte = add_analyte(
                code=analyte.code,
                name=analyte.name,
                section=analyte.section,
                loinc=analyte.loinc,
                by=by,
                at=at,
            )
        return add_assay(analyte=analyte, by=by, at=at, note=note, **given)


def draft_panel(
    *, code: str, name: str, assays: Sequence[Assay], by: Principal, at: datetime, note: str
) -> PanelVersion:
    """Draft what a panel is to hold, adding the panel where no one has this code."""
    versions.check_drafter(by)
    check_reason(note)
    if not _CODE.match(code):
        raise InvalidInput(
            _("A code is 1 to 32 letters, digits, dots, dashes or underscores."), field="code"
        )
    with acting(by=by, at=at, action="catalogue.panel.draft", reason=note):
        versions.lock()
        panel = Panel.objects.filter(code=code).first() or add_panel(
            code=code, name=name.strip(), by=by, at=at
        )
        return draft_panel_version(panel=panel, assays=assays, by=by, at=at, note=note)


def rename_panel(*, panel: Panel, name: str, by: Principal, at: datetime, reason: str) -> None:
    """Change what a panel is called, at once; what it holds is versioned."""
    versions.check_drafter(by)
    check_reason(reason)
    if not name.strip():
        raise InvalidInput(_("This may not be empty."), field="name")
    with acting(by=by, at=at, action="catalogue.panel.rename", reason=reason):
        versions.lock()
        Panel.objects.filter(pk=panel.pk).update(name=name.strip())
        in_force = VersionStatus.ACTIVE
        for version in panel.versions.filter(status=in_force):
            # Its event has every process read the catalogue again.
            versions.record(version, old=in_force, new=in_force, by=by, at=at, reason=reason)


def _checked_analyte(*, name: str, loinc: str, section: str) -> dict[str, str]:
    for field, text in (("name", name), ("section", section)):
        if not text.strip():
            raise InvalidInput(_("This may not be empty."), field=field)
    if loinc and not is_loinc(loinc):
        digits = _DIGITS.match(loinc)
        raise InvalidInput(
            _("%(code)s is not a LOINC code: its check digit would be %(digit)s.")
            % {"code": loinc, "digit": check_digit(digits[1])}
            if digits
            else _("A LOINC code is digits, a dash and a check digit, such as 718-7."),
            field="loinc",
        )
    return {"name": name.strip(), "loinc": loinc, "section": section.strip()}


def _check_loinc_free(loinc: str, analyte: Analyte | None) -> None:
    if not loinc:
        return
    other = Analyte.objects.filter(loinc=loinc).exclude(pk=analyte.pk if analyte else None).first()
    if other is not None:
        raise Conflict(
            _("%(loinc)s is the LOINC code of %(other)s already.")
            % {"loinc": loinc, "other": other}
        )
