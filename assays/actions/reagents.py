"""Reagents: made known, received, put in use in their turn, counted, used up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Max
from django.utils.translation import gettext as _

from assays.models import (
    Assay,
    Instrument,
    Reagent,
    ReagentLot,
    ReagentMovement,
    ReagentPeriod,
    ReagentPlace,
)
from assays.queries import reagents as queries
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.clock import check_world_moment, hospital_day
from labsys.lib.errors import Conflict, InvalidInput
from labsys.lib.reasons import check_reason

RECORD, MANAGE, OVERRIDE = (
    "assays.bench.record",
    "assays.bench.manage",
    "assays.reagent.override",
)
LARGEST = Decimal(1_000_000)


class OutOfTurn(Conflict):
    """A lot that expires earlier is on hand; whoever puts this one in use says why."""

    kind = "out-of-turn"


class Expired(Conflict):
    """The lot may not be used any more; a quality manager may say why it is used all the same."""

    kind = "expired"


def add(
    *,
    name: str,
    maker: str,
    counted_in: str,
    by: Principal,
    at: datetime,
    kind: str = Reagent.Kind.REAGENT,
    catalogue_number: str = "",
    days_open: int | None = None,
) -> Reagent:
    """Make a reagent, calibrator or consumable known."""
    policy.check(by, MANAGE)
    said = {"name": name.strip(), "maker": maker.strip(), "counted_in": counted_in.strip()}
    for field, text in said.items():
        if not text:
            raise InvalidInput(_("This is needed."), field=field)
    if kind not in Reagent.Kind.values:
        raise InvalidInput(_("Choose what it is."), field="kind")
    if days_open is not None and not 0 < days_open < 4000:
        raise InvalidInput(_("Give days above 0, or leave it empty."), field="days_open")
    with acting(by=by, at=at, action="assays.reagent.add"):
        if Reagent.objects.filter(name__iexact=said["name"]).exists():
            raise InvalidInput(_("There is one of this name already."), field="name")
        return Reagent.objects.create(
            **said,
            kind=kind,
            catalogue_number=catalogue_number.strip(),
            days_open=days_open,
            recorded_at=at,
            recorded_by=by,
        )


def serve(
    *,
    reagent: Reagent,
    instrument: Instrument,
    assays: Iterable[Assay],
    by: Principal,
    at: datetime,
) -> list[ReagentPlace]:
    """Say which assays of an instrument are measured with a reagent."""
    policy.check(by, MANAGE)
    wanted = list(assays)
    if not wanted:
        raise InvalidInput(_("Choose at least one assay."), field="assays")
    with acting(by=by, at=at, action="assays.reagent.serve"):
        _lock(reagent)
        known = {
            place.assay_id: place
            for place in ReagentPlace.objects.filter(reagent=reagent, instrument=instrument)
        }
        ReagentPlace.objects.filter(
            pk__in=[known[one.pk].pk for one in wanted if one.pk in known]
        ).update(is_active=True)
        return [
            known.get(one.pk)
            or ReagentPlace.objects.create(
                reagent=reagent, instrument=instrument, assay=one, recorded_at=at, recorded_by=by
            )
            for one in wanted
        ]


def receive(
    *,
    reagent: Reagent,
    number: str,
    expires_on: date,
    quantity: Decimal,
    received_at: datetime,
    by: Principal,
    at: datetime,
    remark: str = "",
) -> ReagentLot:
    """Take a delivery into stock; a lot that is known already grows by it."""
    policy.check(by, RECORD)
    number = number.strip()
    if not number or len(number) > 40:
        raise InvalidInput(_("Give the lot number, up to 40 characters."), field="number")
    _check_quantity(quantity)
    check_world_moment(received_at, at=at, field="received_at")
    if expires_on < hospital_day(received_at):
        raise InvalidInput(
            _("This lot expired before it was received; send it back."), field="expires_on"
        )
    with acting(by=by, at=at, action="assays.reagent.receive"):
        _lock(reagent)
        lot = ReagentLot.objects.filter(reagent=reagent, number=number).first()
        if lot is None:
            lot = ReagentLot.objects.create(
                reagent=reagent,
                number=number,
                expires_on=expires_on,
                recorded_at=at,
                recorded_by=by,
            )
        elif lot.expires_on != expires_on:
            raise InvalidInput(
                _("Lot %(number)s is known to expire on %(day)s; read the label again.")
                % {"number": number, "day": lot.expires_on.isoformat()},
                field="expires_on",
            )
        elif lot.ended_at is not None:
            raise Conflict(_("Lot %(number)s was taken out of use for good.") % {"number": number})
        _move(lot, ReagentMovement.Kind.RECEIVED, quantity, received_at, remark, by=by, at=at)
    return lot


def put_in_use(
    *,
    lot: ReagentLot,
    instrument: Instrument,
    since: datetime,
    by: Principal,
    at: datetime,
    assays: Sequence[int] | None = None,
    reason: str = "",
) -> list[ReagentPeriod]:
    """Measure with this lot from a moment on: every assay of the instrument that it serves, or some.

    The lot in use until then ends at that moment. An expired lot is refused to all but a quality
    manager who says why; one out of turn (another expires earlier) is refused without a reason.
    """
    policy.check(by, RECORD)
    check_world_moment(since, at=at, field="since")
    reason = reason.strip()
    with acting(by=by, at=at, action="assays.reagent.put_in_use", reason=reason):
        _lock(lot.reagent)
        lot = ReagentLot.objects.select_related("reagent").get(pk=lot.pk)
        if lot.ended_at is not None:
            raise Conflict(_("%(lot)s was taken out of use for good.") % {"lot": lot})
        places = ReagentPlace.objects.filter(
            reagent=lot.reagent_id, instrument=instrument, is_active=True
        )
        if assays is not None:
            places = places.filter(assay__in=assays)
        chosen = [place.assay_id for place in places]
        if not chosen or (assays is not None and set(assays) - set(chosen)):
            raise InvalidInput(
                _("%(reagent)s does not serve these assays on %(instrument)s.")
                % {"reagent": lot.reagent, "instrument": instrument},
                field="instrument",
            )
        if lot.opened_at is None:
            ReagentLot.objects.filter(pk=lot.pk).update(opened_at=since, opened_by=by)
            lot.opened_at = since
        day = hospital_day(since)
        was_expired = _check_expiry(lot, day, reason, by)
        was_out_of_turn = _check_turn(lot, day, reason)
        return [
            _begin(
                lot, instrument, assay, since, by=by, at=at, reason=reason,
                was_expired=was_expired, was_out_of_turn=was_out_of_turn,
            )
            for assay in chosen
        ]  # fmt: skip


def take(
    *,
    lot: ReagentLot,
    quantity: Decimal,
    happened_at: datetime,
    by: Principal,
    at: datetime,
    is_discarded: bool = False,
    remark: str = "",
) -> ReagentMovement:
    """Take some of a lot out of the stock, to use it or to throw it away."""
    policy.check(by, RECORD)
    _check_quantity(quantity)
    check_world_moment(happened_at, at=at, field="happened_at")
    kind = ReagentMovement.Kind.DISCARDED if is_discarded else ReagentMovement.Kind.TAKEN
    with acting(by=by, at=at, action="assays.reagent.take"):
        _lock(lot.reagent)
        left = queries.stock_of([lot])[lot.pk]
        if quantity > left:
            raise InvalidInput(
                _("Only %(left)s are left; count again if that is wrong.") % {"left": left},
                field="quantity",
            )
        return _move(lot, kind, -quantity, happened_at, remark, by=by, at=at)


def count(
    *, lot: ReagentLot, counted: Decimal, by: Principal, at: datetime, remark: str
) -> ReagentMovement | None:
    """Set the stock of a lot right after counting; None where it was right."""
    policy.check(by, RECORD)
    if not counted.is_finite() or not 0 <= counted <= LARGEST:
        raise InvalidInput(_("Give how many there are."), field="counted")
    check_reason(remark, field="remark")
    with acting(by=by, at=at, action="assays.reagent.count", reason=remark):
        _lock(lot.reagent)
        change = counted - queries.stock_of([lot])[lot.pk]
        if not change:
            return None
        return _move(lot, ReagentMovement.Kind.COUNTED, change, at, remark, by=by, at=at)


def end(*, lot: ReagentLot, by: Principal, at: datetime, reason: str) -> ReagentLot:
    """Take a lot out of use for good: used up, expired, recalled. What is left is discarded."""
    policy.check(by, RECORD)
    reason = reason.strip()
    if not reason or len(reason) > 300:
        raise InvalidInput(_("Say why, in up to 300 characters."), field="reason")
    with acting(by=by, at=at, action="assays.reagent.end", reason=reason):
        _lock(lot.reagent)
        rows = ReagentLot.objects.filter(pk=lot.pk, ended_at=None)
        if not rows.update(ended_at=at, ended_by=by, end_reason=reason):
            raise Conflict(_("%(lot)s was taken out of use before.") % {"lot": lot})
        ReagentPeriod.objects.filter(lot=lot, until=None).update(until=at, ended_at=at, ended_by=by)
        left = queries.stock_of([lot])[lot.pk]
        if left > 0:
            _move(lot, ReagentMovement.Kind.DISCARDED, -left, at, reason, by=by, at=at)
    lot.refresh_from_db()
    return lot


def _lock(reagent: Reagent) -> None:
    """Let one act at a time decide about a reagent's lots."""
    Reagent.objects.select_for_update(no_key=True).get(pk=reagent.pk)


def _check_quantity(quantity: Decimal) -> None:
    if not quantity.is_finite() or not 0 < quantity <= LARGEST:
        raise InvalidInput(_("Give a quantity above 0."), field="quantity")


def _move(
    lot: ReagentLot,
    kind: ReagentMovement.Kind,
    change: Decimal,
    happened_at: datetime,
    remark: str,
    *,
    by: Principal,
    at: datetime,
) -> ReagentMovement:
    made: ReagentMovement = ReagentMovement.objects.create(
        lot=lot,
        kind=kind,
        change=change,
        happened_at=happened_at,
        remark=remark.strip()[:300],
        recorded_at=at,
        recorded_by=by,
    )
    return made


def _check_expiry(lot: ReagentLot, day: date, reason: str, by: Principal) -> bool:
    rule = queries.as_rule(lot)
    if not rule.is_expired(day):
        return False
    told = _("%(lot)s could be used until %(day)s.") % {
        "lot": lot,
        "day": rule.last_day.isoformat(),
    }
    if not policy.can(by, OVERRIDE):
        raise Expired(told + " " + _("Only a quality manager may let it be used all the same."))
    if not reason:
        raise InvalidInput(told + " " + _("Say why it is used all the same."), field="reason")
    return True


def _check_turn(lot: ReagentLot, day: date, reason: str) -> bool:
    earlier = queries.earlier_lots(lot, day)
    if earlier and not reason:
        raise OutOfTurn(
            _(
                "%(earlier)s expires earlier and is still in stock. Use it first, or say why this "
                "one is opened."
            )
            % {"earlier": earlier[0]}
        )
    return bool(earlier)


def _begin(
    lot: ReagentLot,
    instrument: Instrument,
    assay_id: int,
    since: datetime,
    *,
    by: Principal,
    at: datetime,
    reason: str,
    was_expired: bool,
    was_out_of_turn: bool,
) -> ReagentPeriod:
    same = ReagentPeriod.objects.filter(
        reagent=lot.reagent_id, instrument=instrument, assay=assay_id
    )
    latest = same.aggregate(since=Max("since"), until=Max("until"))
    if any(moment is not None and since < moment for moment in latest.values()):
        raise InvalidInput(
            _("Another lot is on record as in use later than that; give the moment of the change."),
            field="since",
        )
    current = same.filter(until=None).first()
    if current is not None and current.lot_id == lot.pk:
        raise Conflict(_("%(lot)s is in use there already.") % {"lot": lot})
    same.filter(until=None).update(until=since, ended_at=at, ended_by=by)
    made: ReagentPeriod = ReagentPeriod.objects.create(
        lot=lot,
        reagent_id=lot.reagent_id,
        instrument=instrument,
        assay_id=assay_id,
        since=since,
        reason=reason,
        was_expired=was_expired,
        was_out_of_turn=was_out_of_turn,
        recorded_at=at,
        recorded_by=by,
    )
    return made
