"""How instruments are reached: filled in, changed with a reason, switched off and on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from assays.instruments import settings as instrument_settings
from assays.models import Endpoint, Instrument
from assays.queries import families
from assays.queries.sources import FRAMING
from assays.rules.endpoints import Address, EndpointRole, fingerprint, mistakes
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.errors import Conflict, InvalidInput, InvalidInputs
from labsys.lib.reasons import check_reason
from labsys.lib.wording import Refused

MANAGE = "assays.instrument.manage"


def add(*, instrument: Instrument, address: Address, by: Principal, at: datetime) -> Endpoint:
    """Say of an instrument how it is reached; a listener opens the line within seconds."""
    policy.check(by, MANAGE, instrument)
    address = _checked(instrument, address)
    with acting(by=by, at=at, action="assays.endpoint.add"), _unless_taken():
        _check_free(instrument, address)
        return Endpoint.objects.create(
            instrument=instrument,
            role=address.role.value,
            recorded_at=at,
            recorded_by=by,
            **_columns(address),
        )


def change(
    *, endpoint: Endpoint, address: Address, by: Principal, at: datetime, reason: str
) -> Endpoint:
    """Change how an instrument is reached; what stands open is closed and opened anew."""
    policy.check(by, MANAGE, endpoint.instrument)
    check_reason(reason)
    address = _checked(endpoint.instrument, replace(address, role=EndpointRole(endpoint.role)))
    with (
        acting(by=by, at=at, action="assays.endpoint.change", reason=reason),
        _unless_taken(),
    ):
        if endpoint.is_active:
            _check_free(endpoint.instrument, address, but=endpoint.pk)
        Endpoint.objects.filter(pk=endpoint.pk).update(**_columns(address))
    endpoint.refresh_from_db()
    return endpoint


def switch_off(*, endpoint: Endpoint, by: Principal, at: datetime, reason: str) -> Endpoint:
    """Use a connection no more; what is under way on it is finished."""
    return _switch(endpoint, is_active=False, by=by, at=at, reason=reason)


def switch_on(*, endpoint: Endpoint, by: Principal, at: datetime, reason: str) -> Endpoint:
    """Use a connection again, unless another has its place meanwhile."""
    return _switch(endpoint, is_active=True, by=by, at=at, reason=reason)


def address_of(endpoint: Endpoint) -> Address:
    """Return what is filled in about a connection."""
    return Address(
        role=EndpointRole(endpoint.role),
        host=endpoint.host,
        port=endpoint.port,
        folder=endpoint.folder,
        pattern=endpoint.pattern,
        stable_seconds=endpoint.stable_seconds,
        idle_seconds=endpoint.idle_seconds,
        silence_minutes=endpoint.silence_minutes,
        answer_seconds=endpoint.answer_seconds,
        sends=endpoint.sends,
        tls=endpoint.tls,
        fingerprints=tuple(endpoint.fingerprints),
        framing=dict(endpoint.framing),
    )


def _switch(
    endpoint: Endpoint, *, is_active: bool, by: Principal, at: datetime, reason: str
) -> Endpoint:
    policy.check(by, MANAGE, endpoint.instrument)
    check_reason(reason)
    verb = "switch_on" if is_active else "switch_off"
    with (
        acting(by=by, at=at, action=f"assays.endpoint.{verb}", reason=reason),
        _unless_taken(),
    ):
        if is_active:
            _check_free(endpoint.instrument, address_of(endpoint), but=endpoint.pk)
        rows = Endpoint.objects.filter(pk=endpoint.pk, is_active=not is_active)
        if not rows.update(is_active=is_active):
            raise Conflict(
                _("This connection is switched on already.")
                if is_active
                else _("This connection is switched off already.")
            )
    endpoint.refresh_from_db()
    return endpoint


def _columns(address: Address) -> dict[str, object]:
    return {
        "host": address.host,
        "port": address.port,
        "folder": address.folder,
        "pattern": address.pattern,
        "stable_seconds": address.stable_seconds,
        "framing": dict(address.framing),
        "idle_seconds": address.idle_seconds,
        "silence_minutes": address.silence_minutes,
        "answer_seconds": address.answer_seconds,
        "sends": address.sends,
        "tls": address.tls,
        "fingerprints": list(address.fingerprints),
    }


def _checked(instrument: Instrument, address: Address) -> Address:
    """Return the address as it is kept; raises InvalidInputs with everything that cannot be."""
    address = replace(
        address,
        host=address.host.strip().lower().strip("[]"),
        folder=address.folder.strip().strip("/"),
        pattern=address.pattern.strip(),
        fingerprints=tuple(filter(None, map(fingerprint, address.fingerprints))),
    )
    wrong = [(one.field, _(one.message) % one.params) for one in mistakes(address)]
    wrong += _of_instrument(instrument, address)
    wrong += _of_framing(address.framing)
    if wrong:
        raise InvalidInputs(wrong)
    return address


def _of_framing(framing: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for key, given in framing.items():
        if key not in FRAMING:
            yield "framing", _("“%(key)s” is not a setting of framing.") % {"key": key[:40]}
            continue
        try:
            instrument_settings.read({key: given})
        except Refused as refused:
            yield key, _(refused.message) % refused.params  # noqa: INT002


def _of_instrument(instrument: Instrument, address: Address) -> Sequence[tuple[str, str]]:
    is_http = instrument.protocol == Instrument.Protocol.HTTP
    if address.role is EndpointRole.HTTP:
        return []
    if address.role is EndpointRole.FOLDER:
        if instrument.driver in families.names():
            return []
        return [("role", _("Without a driver nobody could read the files; choose one first."))]
    if is_http:
        return [("role", _("This instrument sends over HTTP, and has no line; register it anew."))]
    shared = (settings.LABSYS_ASTM_PORT, settings.LABSYS_MLLP_PORT)
    if address.role is EndpointRole.SERVER and address.port in shared:
        return [("port", _("All instruments share this port; choose another."))]
    return []


def _check_free(instrument: Instrument, address: Address, but: int | None = None) -> None:
    """Refuse in words what the table's constraints would refuse."""
    active = Endpoint.objects.filter(is_active=True).exclude(pk=but).select_related("instrument")
    place, field, sentence = _place(instrument, address)
    other = active.filter(role=address.role.value, **place).first()
    if other is not None:
        raise InvalidInput(sentence % {"other": other.instrument}, field=field)
    sending = active.filter(instrument=instrument, sends=True).first() if address.sends else None
    if sending is not None:
        raise InvalidInput(
            _("What is sent to this instrument goes over %(place)s already.")
            % {"place": sending.place},
            field="sends",
        )


def _place(instrument: Instrument, address: Address) -> tuple[dict[str, object], str, str]:
    """Return where there is room for one, the field that names it, and what is said of a second."""
    if address.role is EndpointRole.SERVER:
        sentence = _("%(other)s is heard on this port already; choose another.")
        return {"port": address.port}, "port", sentence
    if address.role is EndpointRole.CLIENT:
        sentence = _("%(other)s is called at this address already; one instrument answers there.")
        return {"host": address.host, "port": address.port}, "port", sentence
    if address.role is EndpointRole.FOLDER:
        sentence = _("%(other)s leaves its files in this folder; each would take the other's.")
        return {"folder": address.folder}, "folder", sentence
    sentence = _("%(other)s has such a connection already; change that one.")
    return {"instrument": instrument}, "role", sentence


@contextmanager
def _unless_taken() -> Iterator[None]:
    """Say so where somebody who filled in the same at the same moment was first."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise Conflict(_("Another connection has taken this place meanwhile.")) from error
