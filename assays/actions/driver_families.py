"""Families of instruments declared here: drafted, and read before anybody approves them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from assays.actions import versions
from assays.instruments import drivers, schema
from assays.instruments.drivers import Driver
from assays.models import DriverFamily
from assays.rules.states import VersionStatus
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib.errors import InvalidInputs
from labsys.lib.reasons import check_reason

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{1,39}\Z")
LONGEST_LABEL = 80
LONGEST_NOTE = 2000


def draft(
    *,
    name: str,
    label: str,
    base: str,
    declaration: Mapping[str, Any],
    note: str,
    by: Principal,
    at: datetime,
) -> DriverFamily:
    """Draft a family, or the next version of one; somebody else approves it.

    Raises InvalidInputs with a sentence for everything that cannot be: of the declaration under the
    names that its parts have in it, such as astm.code.
    """
    versions.check_drafter(by)
    check_reason(note, field="note")
    name, label = name.strip(), label.strip()
    check(name=name, label=label, base=base, declaration=declaration, note=note)
    with acting(by=by, at=at, action="instruments.family.draft", reason=note):
        versions.lock()
        newest = DriverFamily.objects.filter(name=name).aggregate(newest=Max("number"))["newest"]
        made: DriverFamily = DriverFamily.objects.create(
            name=name,
            number=(newest or 0) + 1,
            label=label,
            base=base,
            declaration=dict(declaration),
            note=note,
            status=VersionStatus.DRAFT,
            drafted_by=by,
            drafted_at=at,
        )
        versions.record(made, old="", new=VersionStatus.DRAFT, by=by, at=at, reason=note)
    return made


def check(*, name: str, label: str, base: str, declaration: Any, note: str = "") -> Driver:
    """Return the driver that would be drafted, or raise InvalidInputs."""
    errors = []
    if not _NAME.match(name):
        why = _("A name has 2 to 40 small letters, digits and hyphens, such as “acme-chem”.")
        errors.append(("name", why))
    if name in drivers.names():
        errors.append(("name", _("“%(name)s” is a driver that ships.") % {"name": name}))
    if not label or len(label) > LONGEST_LABEL or not label.isprintable():
        errors.append(("label", _("Say what people call it, such as “Acme Chem 3”.")))
    if len(note) > LONGEST_NOTE:
        errors.append(("note", _("At most %(most)d characters.") % {"most": LONGEST_NOTE}))
    if base not in drivers.names():
        errors.append(("base", _("Choose a driver that ships to start from.")))
    made = None
    if base in drivers.names():
        try:
            made = schema.read(declaration, base=drivers.find(base), name=name, label=label)
        except schema.FamilyRefused as refused:
            errors += [(fault.field or "declaration", said(fault)) for fault in refused.faults]
    if errors or made is None:
        raise InvalidInputs(errors)
    return made


def said(fault: schema.Fault) -> str:
    """Return a fault in the reader's language."""
    why = _(fault.why) % fault.params  # noqa: INT002
    return _("“%(field)s” cannot be %(given)s: %(why)s. An example: %(example)s") % {
        "field": fault.field,
        "given": fault.given,
        "why": why,
        "example": fault.example,
    }
