"""Instruments: registered with a principal of their own, reconfigured, switched off and on; and
what their codes mean here."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import available_timezones

from django.db.models import Max
from django.utils.translation import gettext as _

from assays.actions import versions
from assays.instruments import settings as instrument_settings
from assays.instruments.dialects import Dialect
from assays.models import Assay, CodeMapping, Instrument, Panel, PanelMapping
from assays.queries import families
from assays.rules.states import VersionStatus
from labsys.accounts.actions import roles
from labsys.accounts.models import Principal, PrincipalKind
from labsys.accounts.roles import Role
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.errors import Conflict, InvalidInput
from labsys.lib.reasons import check_reason
from labsys.lib.wording import Refused

CODE = re.compile(r"[a-z0-9][a-z0-9-]{1,31}\Z")
LONGEST_CODE = 64
Mapped = TypeVar("Mapped", CodeMapping, PanelMapping)
_ROLES = {Instrument.Kind.HOSPITAL.value: Role.HOSPITAL_SYSTEM}


def register(
    *,
    by: Principal,
    at: datetime,
    code: str,
    name: str,
    protocol: str = Instrument.Protocol.HTTP,
    kind: str = Instrument.Kind.ANALYSER,
    manufacturer: str = "",
    model: str = "",
    driver: str = "",
    settings: Mapping[str, Any] | None = None,
    peer_networks: Sequence[str] = (),
    time_zone: str = "UTC",
) -> Instrument:
    """Register an analyser or another sending system: it acts under its own name from then on.

    It sends nothing before it has a key, and its codes mean nothing before they are mapped. What
    kind it is never changes: a hospital's system says who people are, and nothing else ever does.
    """
    policy.check(by, "assays.instrument.manage")
    code = code.strip().lower()
    if not CODE.match(code):
        raise InvalidInput(
            _("A code has 2 to 32 small letters, digits and hyphens, such as “chem-1”."),
            field="code",
        )
    if not name.strip():
        raise InvalidInput(_("Give the instrument a name."), field="name")
    if protocol not in Instrument.Protocol.values:
        raise InvalidInput(_("Choose how it sends."), field="protocol")
    _check_kind(kind, protocol)
    checked = {**_read_by(protocol, driver, settings or {}), **_checked(peer_networks, time_zone)}
    with acting(by=by, at=at, action="assays.instrument.register"):
        if Principal.objects.filter(name=code).exists():
            raise Conflict(_("The code %(code)s is taken; choose another.") % {"code": code})
        principal = Principal.objects.create(
            kind=PrincipalKind.INSTRUMENT, name=code, created_at=at
        )
        roles.grant(principal=principal, role=_ROLES.get(kind, Role.INSTRUMENT), by=by, at=at)
        return Instrument.objects.create(
            principal=principal,
            kind=kind,
            code=code,
            name=name.strip(),
            manufacturer=manufacturer.strip(),
            model=model.strip(),
            protocol=protocol,
            recorded_at=at,
            recorded_by=by,
            **checked,
        )


def reconfigure(
    *,
    instrument: Instrument,
    by: Principal,
    at: datetime,
    reason: str,
    driver: str,
    peer_networks: Sequence[str],
    time_zone: str,
    settings: Mapping[str, Any] | None = None,
) -> Instrument:
    """Change how an instrument is reached and read; what it sent before is not read again."""
    policy.check(by, "assays.instrument.manage", instrument)
    check_reason(reason)
    if settings is None:
        settings = instrument.settings
    changes = {
        **_read_by(instrument.protocol, driver, settings),
        **_checked(peer_networks, time_zone),
    }
    with acting(by=by, at=at, action="assays.instrument.reconfigure", reason=reason):
        Instrument.objects.filter(pk=instrument.pk).update(**changes)
    instrument.refresh_from_db()
    return instrument


def switch_off(*, instrument: Instrument, by: Principal, at: datetime, reason: str) -> Instrument:
    """Take nothing from an instrument any more; its keys open nothing."""
    return _switch(instrument, is_active=False, by=by, at=at, reason=reason)


def switch_on(*, instrument: Instrument, by: Principal, at: datetime, reason: str) -> Instrument:
    """Take from an instrument again."""
    return _switch(instrument, is_active=True, by=by, at=at, reason=reason)


def draft_mapping(
    *, instrument: Instrument, code: str, assay: Assay, by: Principal, at: datetime
) -> CodeMapping:
    """Draft what a code of an instrument is to mean here; somebody else approves it."""
    return _draft(CodeMapping, instrument, code, by=by, at=at, assay=assay)


def draft_panel_mapping(
    *, instrument: Instrument, code: str, panel: Panel, by: Principal, at: datetime
) -> PanelMapping:
    """Draft what a hospital's code of a whole panel is to mean here; somebody else approves it."""
    if instrument.kind != Instrument.Kind.HOSPITAL:
        raise InvalidInput(
            _("Panels are ordered by a hospital's system alone."), field="instrument"
        )
    return _draft(PanelMapping, instrument, code, by=by, at=at, panel=panel)


def _draft(
    model: type[Mapped],
    instrument: Instrument,
    code: str,
    *,
    by: Principal,
    at: datetime,
    **meant: Any,
) -> Mapped:
    versions.check_drafter(by)
    code = code.strip()
    if not code or len(code) > LONGEST_CODE:
        raise InvalidInput(
            _("Give the code as the instrument sends it, up to %(most)d characters.")
            % {"most": LONGEST_CODE},
            field="code",
        )
    with acting(by=by, at=at, action=f"{model.LIFE.noun}.draft"):
        versions.lock()
        rows = model.objects.filter(instrument=instrument, code=code)
        newest = rows.aggregate(number=Max("number"))
        draft: Mapped = model.objects.create(
            instrument=instrument,
            code=code,
            number=(newest["number"] or 0) + 1,
            status=VersionStatus.DRAFT,
            drafted_by=by,
            drafted_at=at,
            **meant,
        )
        versions.record(draft, old="", new=VersionStatus.DRAFT, by=by, at=at)
    return draft


def _switch(
    instrument: Instrument, *, is_active: bool, by: Principal, at: datetime, reason: str
) -> Instrument:
    policy.check(by, "assays.instrument.manage", instrument)
    check_reason(reason)
    verb = "switch_on" if is_active else "switch_off"
    with acting(by=by, at=at, action=f"assays.instrument.{verb}", reason=reason):
        rows = Instrument.objects.filter(pk=instrument.pk, is_active=not is_active)
        if not rows.update(is_active=is_active):
            raise Conflict(
                _("%(instrument)s is switched on already.") % {"instrument": instrument}
                if is_active
                else _("%(instrument)s is switched off already.") % {"instrument": instrument}
            )
        Principal.objects.filter(pk=instrument.principal_id).update(is_active=is_active)
    instrument.refresh_from_db()
    return instrument


def _check_kind(kind: str, protocol: str) -> None:
    if kind not in Instrument.Kind.values:
        raise InvalidInput(_("Choose what kind of system it is."), field="kind")
    if kind == Instrument.Kind.HOSPITAL and protocol != Instrument.Protocol.HL7:
        raise InvalidInput(
            _("A hospital's system speaks HL7 v2: patients and orders are told in it alone."),
            field="protocol",
        )


def _read_by(protocol: str, driver: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return driver and settings, which can read what an instrument of this protocol sends."""
    name = driver.strip()
    try:
        instrument_settings.read(settings)
    except Refused as refused:
        raise InvalidInput(_(refused.message) % refused.params, field="settings") from refused
    if protocol == Instrument.Protocol.HTTP:
        if name:
            raise InvalidInput(_("What is sent over HTTP needs no driver."), field="driver")
        return {"driver": "", "settings": dict(settings)}
    try:
        found = families.find(name)
    except Refused as refused:
        raise InvalidInput(_(refused.message) % refused.params, field="driver") from refused
    if not found.speaks(protocol):
        raise InvalidInput(
            _("The driver %(driver)s does not read %(protocol)s; choose one of %(known)s.")
            % {
                "driver": name,
                "protocol": protocol,
                "known": ", ".join(families.names(Dialect(protocol))),
            },
            field="driver",
        )
    return {"driver": name, "settings": dict(settings)}


def _checked(peer_networks: Sequence[str], time_zone: str) -> dict[str, Any]:
    networks = []
    for text in peer_networks:
        try:
            networks.append(str(ipaddress.ip_network(text.strip())))
        except ValueError as wrong:
            raise InvalidInput(
                _("“%(text)s” is not a range of addresses, such as 10.1.0.0/16.")
                % {"text": text[:60]},
                field="peer_networks",
            ) from wrong
    if time_zone not in available_timezones():
        raise InvalidInput(
            _("“%(zone)s” is not a time zone, such as Europe/Paris.") % {"zone": time_zone[:60]},
            field="time_zone",
        )
    return {"peer_networks": networks, "time_zone": time_zone}
