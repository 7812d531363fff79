"""A small laboratory for tests: assays with ranges, a person, an order, collected specimens."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count

from assays.actions import signatures
from assays.models import (
    Analyte,
    Assay,
    AssayVersion,
    CatalogueEvent,
    CodeMapping,
    CriticalLimit,
    Instrument,
    Order,
    OrderItem,
    RangeSignature,
    ReferenceInterval,
    Signature,
    Specimen,
    SpecimenItem,
    SpecimenType,
    UnitConversion,
)
from assays.rules.accession import make
from labsys.accounts.models import AccessKey, Principal, PrincipalKind, RoleGrant
from labsys.accounts.roles import Role
from labsys.audit.context import acting
from labsys.lib.clock import database_now
from patients.models import Person, Species
from tests import factories, signing

_numbers = count(1)
ADULT = 18 * 366


@contextmanager
def setting_up(*, savepoint: bool = True) -> Iterator[dict[str, object]]:
    """Write as the principal that sets things up; yields the usual stamp.

    Without a `savepoint` (a third of the statements) a refused write ends the whole test.
    """
    at, by = database_now(), factories.seed()
    with acting(by=by, at=at, action="tests.set_up", savepoint=savepoint):
        yield {"recorded_by": by, "recorded_at": at}


def person(*, sex: str = "F", born: date | None = date(1990, 5, 4)) -> Person:
    with setting_up(savepoint=False) as stamp:
        human, _made = Species.objects.get_or_create(code="human", defaults={"name": "Human"})
        return Person.objects.create(
            mrn=f"T{next(_numbers):07d}",
            species=human,
            sex=sex,
            birth_date=born,
            birth_precision="DAY" if born else "UNKNOWN",
            **stamp,
        )


def assays(**given: dict[str, object]) -> dict[str, Assay]:
    """Make assays with one active version each, e.g. `assays(HGB={"low": 12, "high": 15.5})`.

    The analyte's code is the name in small letters.
    """
    made = {}
    with setting_up(savepoint=False):
        blood, _made = SpecimenType.objects.get_or_create(
            code="blood-edta", defaults={"name": "Blood EDTA"}
        )
        for code, options in given.items():
            made[code] = _assay(code, blood, **options)
    return made


def _assay(
    code: str,
    specimen_type: SpecimenType,
    *,
    unit: str = "g/dL",
    decimals: int = 1,
    low: object = 10,
    high: object = 20,
    critical: tuple[object, object] | None = None,
    plausible: tuple[object, object] | None = None,
    measured: tuple[object, object] | None = None,
    delta_percent: object = None,
    delta_window_hours: int | None = None,
    converts: Sequence[tuple[str, str]] = (),
    kind: str = "NUMERIC",
    answers: Sequence[str] = (),
) -> Assay:
    seed, at = factories.seed(), database_now()
    # In small letters: the shipped catalogue, which has capitals, stands beside these.
    analyte = Analyte.objects.create(code=code.lower(), name=code.title(), section="CBC")
    assay = Assay.objects.create(analyte=analyte, specimen_type=specimen_type, method="routine")
    active = {
        "status": "ACTIVE",
        "drafted_by": seed,
        "drafted_at": at,
        "approved_by": seed,
        "approved_at": at,
        "active_from": at,
    }
    version = AssayVersion.objects.create(
        assay=assay,
        number=1,
        kind=kind,
        unit=unit if kind == "NUMERIC" else "",
        answers=list(answers),
        decimals=decimals,
        plausible_low=_decimal(plausible and plausible[0]),
        plausible_high=_decimal(plausible and plausible[1]),
        amr_low=_decimal(measured and measured[0]),
        amr_high=_decimal(measured and measured[1]),
        delta_percent=_decimal(delta_percent),
        delta_window_hours=delta_window_hours,
        **active,
    )
    everyone = {"version": version, "species": "*", "sex": "*", "age_low_days": 0, "source": "test"}
    if low is None and high is None:
        ReferenceInterval.objects.create(**everyone, established=False, reason="not studied")
    else:
        ReferenceInterval.objects.create(**everyone, low=_decimal(low), high=_decimal(high))
    if critical is not None:
        CriticalLimit.objects.create(
            **everyone, low=_decimal(critical[0]), high=_decimal(critical[1])
        )
    for from_unit, factor in converts:
        UnitConversion.objects.create(
            analyte=analyte,
            number=1,
            from_unit=from_unit,
            to_unit=unit,
            factor=Decimal(factor),
            source="test",
            **active,
        )
    CatalogueEvent.objects.create(version=version, new="ACTIVE", recorded_by=seed, recorded_at=at)
    return assay


def _decimal(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def specimen(
    ordered: Sequence[Assay],
    *,
    of: Person | None = None,
    status: str = "RECEIVED",
    item_status: str = "ORDERED",
    order_status: str = "ACTIVE",
    priority: int = 3,
    collected_ago: timedelta = timedelta(hours=1),
    accession: str = "",
    requester: Principal | None = None,
) -> Specimen:
    """Make a specimen on which these assays are ordered, in the given states."""
    of = of or person()
    at = database_now()
    requester = requester or factories.seed()
    with setting_up(savepoint=False) as stamp:
        order = Order.objects.create(
            person=of, requester=requester, priority=priority, status=order_status, **stamp
        )
        made = Specimen.objects.create(
            # Far from the numbers that the sequence draws for aliquots and recollections.
            accession=accession or make(2026, 5_000_000 + next(_numbers)),
            person=of,
            order=order,
            specimen_type=ordered[0].specimen_type,
            priority=priority,
            status=status,
            collected_at=None if status == "EXPECTED" else at - collected_ago,
            **stamp,
        )
        for assay in ordered:
            item = OrderItem.objects.create(order=order, assay=assay, status=item_status)
            SpecimenItem.objects.create(specimen=made, item=item)
    return made


def instrument(
    mapped: dict[str, Assay] | None = None, *, code: str = "", **fields: object
) -> Instrument:
    """Make an instrument that may send, with an approved mapping for each code."""
    at = database_now()
    seed = factories.seed()
    with setting_up(savepoint=False) as stamp:
        name = code or f"analyser-{next(_numbers)}"
        sender = Principal.objects.create(kind=PrincipalKind.INSTRUMENT, name=name, created_at=at)
        RoleGrant.objects.create(
            principal=sender, role=Role.INSTRUMENT.value, granted_by=seed, recorded_at=at
        )
        made = Instrument.objects.create(
            principal=sender,
            code=name,
            name=name.title(),
            **{"protocol": "HTTP", **fields},
            **stamp,
        )
    for sent, assay in (mapped or {}).items():
        map_code(made, sent, assay)
    return made


def map_code(instrument: Instrument, code: str, assay: Assay) -> CodeMapping:
    """Bring a mapping into force."""
    at, seed = database_now(), factories.seed()
    with setting_up(savepoint=False):
        made = CodeMapping.objects.create(
            instrument=instrument,
            code=code,
            number=1,
            assay=assay,
            status="ACTIVE",
            drafted_by=seed,
            drafted_at=at,
            approved_by=seed,
            approved_at=at,
            active_from=at,
        )
        CatalogueEvent.objects.create(mapping=made, new="ACTIVE", recorded_by=seed, recorded_at=at)
    return made


def key_of(
    instrument: Instrument,
    *,
    valid_for: timedelta = timedelta(days=30),
    networks: Sequence[str] = (),
) -> str:
    """Give the instrument an access key, and return its token."""
    import hashlib
    import secrets

    at = database_now()
    token = secrets.token_urlsafe(32)
    with setting_up(savepoint=False) as stamp:
        AccessKey.objects.create(
            principal=instrument.principal,
            digest=hashlib.sha256(token.encode()).digest(),
            hint=token[:4],
            networks=list(networks),
            created_by=stamp["recorded_by"],
            recorded_at=at - timedelta(days=60),
            expires_at=at + valid_for,
        )
    return token


def moment(*, ago: timedelta = timedelta(minutes=5)) -> datetime:
    """A moment in the world, to the second."""
    return (database_now() - ago).replace(microsecond=0)


def verified(result, status: str) -> None:
    """Bring a result past its verification."""
    at = database_now()
    checker = factories.principal(Role.PATHOLOGIST)
    with setting_up():
        stamps = {"verified_by": checker, "verified_at": at}
        if status == "RELEASED":
            signature = sign(result, by=checker)
            stamps |= {"released_by": checker, "released_at": at, "signature": signature}
        type(result).objects.filter(pk=result.pk).update(status=status, **stamps)


def sign(result, *, by: Principal) -> Signature:
    """Sign a result as released."""
    pen = signing.signing(by)
    return signatures.sign(results=[result.pk], signing=pen, by=by, at=database_now())


def sign_ranges(assay: Assay) -> None:
    """Have the reference intervals of an assay signed by a named person."""
    with setting_up():
        for interval in ReferenceInterval.objects.filter(version__assay=assay, established=True):
            RangeSignature.objects.create(
                interval=interval, signed_by=factories.seed(), recorded_at=database_now()
            )


def new_range(assay: Assay, *, low: str, high: str) -> None:
    """Bring a version with another range into force."""
    at, seed = database_now(), factories.seed()
    old = assay.versions.get(status="ACTIVE")
    with setting_up():
        AssayVersion.objects.filter(pk=old.pk).update(status="RETIRED", active_until=at)
        version = AssayVersion.objects.create(
            assay=assay,
            number=old.number + 1,
            unit=old.unit,
            decimals=old.decimals,
            status="ACTIVE",
            drafted_by=seed,
            drafted_at=at,
            approved_by=seed,
            approved_at=at,
            active_from=at,
        )
        ReferenceInterval.objects.create(
            version=version,
            species="*",
            sex="*",
            age_low_days=0,
            low=Decimal(low),
            high=Decimal(high),
            source="test",
        )
        CatalogueEvent.objects.create(
            version=version, new="ACTIVE", recorded_by=seed, recorded_at=at
        )


def collected(specimen: Specimen) -> None:
    """Record the collection, an hour ago, as the ward does."""
    from assays import signals

    at = database_now()
    with setting_up():
        Specimen.objects.filter(pk=specimen.pk).update(
            status="COLLECTED", collected_at=at - timedelta(hours=1)
        )
        signals.specimen_collected.send(
            sender=Specimen, specimen=specimen, by=factories.seed(), at=at
        )


def add_item(specimen: Specimen, assay: Assay) -> OrderItem:
    """Add an assay to what is ordered on a specimen."""
    with setting_up():
        item = OrderItem.objects.create(order=specimen.order, assay=assay, status="IN_PROCESS")
        SpecimenItem.objects.create(specimen=specimen, item=item)
    return item


def convert(assay: Assay, from_unit: str, factor: str) -> None:
    """Bring a conversion into the assay's unit into force."""
    at, seed = database_now(), factories.seed()
    with setting_up():
        made = UnitConversion.objects.create(
            analyte=assay.analyte,
            number=1,
            from_unit=from_unit,
            to_unit=assay.versions.get(status="ACTIVE").unit,
            factor=Decimal(factor),
            source="test",
            status="ACTIVE",
            drafted_by=seed,
            drafted_at=at,
            approved_by=seed,
            approved_at=at,
            active_from=at,
        )
        CatalogueEvent.objects.create(
            conversion=made, new="ACTIVE", recorded_by=seed, recorded_at=at
        )
