"""Facts for the tests: one person who is cleared, and any mixture of facts by Hypothesis."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import reduce

from hypothesis import strategies as st

from consent.rules.clearance import decide
from consent.rules.facts import (
    BirthRecord,
    CapacityFinding,
    Check,
    CheckKind,
    CheckOutcome,
    Death,
    Enrolment,
    Facts,
    Finding,
    IdentityCheck,
    NaniteControl,
    NaniteResult,
    QuarantineOrder,
    Signature,
    WaiverText,
    Withdrawal,
)
from consent.rules.programmes import (
    CheckRequirement,
    Closing,
    NaniteRequirement,
    Programme,
    ProgrammeVersion,
)

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = timedelta(hours=168)
INSTANT = timedelta(microseconds=1)
LOAD = "NANITE-LOAD"

VERSION = ProgrammeVersion(
    number=1,
    effective_from=START - 30 * DAY,
    recorded_at=START - 30 * DAY,
    minimum_age_years=18,
    nanites=(NaniteRequirement(analyte=LOAD),),
)
PROGRAMME = Programme(id="posting", versions=(VERSION,))

TEXT = WaiverText(
    id="text-1", version=1, effective_from=START - 30 * DAY, recorded_at=START - 30 * DAY
)


def check(id: str, at: datetime, **changes: object) -> Check:
    """A medical check passed and recorded at one moment, unless said otherwise."""
    plain = Check(
        id=id,
        kind=CheckKind.MEDICAL,
        outcome=CheckOutcome.PASSED,
        performed_at=at,
        recorded_at=at,
    )
    return replace(plain, **changes)


def nanite(id: str, at: datetime, **changes: object) -> NaniteResult:
    """An allowed load, collected, recorded and released at one moment, unless said otherwise."""
    plain = NaniteResult(
        id=id, analyte=LOAD, is_allowed=True, collected_at=at, recorded_at=at, released_at=at
    )
    return replace(plain, **changes)


CLEARED = Facts(
    births=(
        BirthRecord(id="birth-1", latest_birth_date=date(1990, 5, 17), recorded_at=START - DAY),
    ),
    identity=(
        IdentityCheck(
            id="identity-1", is_confirmed=True, happened_at=START - DAY, recorded_at=START - DAY
        ),
    ),
    enrolments=(
        Enrolment(
            id="enrolment-1", programme="posting", start=START - DAY, recorded_at=START - DAY
        ),
    ),
    waiver_texts=(TEXT,),
    signatures=(
        Signature(id="signature-1", text="text-1", signed_at=START - DAY, recorded_at=START - DAY),
    ),
    checks=(
        check("medical-1", START),
        check("psych-1", START, kind=CheckKind.PSYCHOLOGICAL),
    ),
    nanites=(nanite("nanite-1", START, at_most=Decimal(10)),),
)


def plus(facts: Facts, **more: object) -> Facts:
    """The same person with further facts, one or a tuple per field."""
    added = {
        name: getattr(facts, name) + (value if isinstance(value, tuple) else (value,))
        for name, value in more.items()
    }
    return replace(facts, **added)


# --- any facts -------------------------------------------------------------------------------

# Moments lie on a grid of twelve hours, so that facts meet in the same instant all the time.
moments = st.integers(min_value=-6, max_value=44).map(lambda step: START + step * 12 * HOUR)
maybe = st.none() | moments
programmes_named = st.sampled_from(["posting", "posting", "other"])
kinds = st.sampled_from(CheckKind)
ids = st.sampled_from([f"id-{number}" for number in range(6)])


def _listed(build: st.SearchStrategy, most: int = 4) -> st.SearchStrategy:
    return st.lists(build, max_size=most, unique_by=lambda one: one.id).map(tuple)


checks = st.builds(
    Check,
    id=ids,
    kind=kinds,
    outcome=st.sampled_from(CheckOutcome),
    performed_at=moments,
    recorded_at=moments,
    lifts=st.frozensets(ids, max_size=3),
    annulled_at=st.none() | st.none() | maybe,
    covers=st.none() | st.frozensets(st.sampled_from(["x", "y"])),
)
nanites = st.builds(
    NaniteResult,
    id=ids,
    analyte=st.sampled_from([LOAD, LOAD, "NANITE-RATIO"]),
    is_allowed=st.booleans(),
    collected_at=moments,
    recorded_at=moments,
    released_at=maybe,
    at_most=st.sampled_from([None, Decimal(10), Decimal(25), Decimal(200)]),
    corrects=st.none() | ids,
    annulled_at=st.none() | st.none() | maybe,
    code=st.sampled_from(["", "T1", "T1", "T2"]),
)
controls = st.builds(
    NaniteControl,
    id=ids,
    is_controlled=st.sampled_from([True, True, False]),
    observed_at=moments,
    recorded_at=moments,
    annulled_at=st.none() | st.none() | maybe,
)
signatures = st.builds(
    Signature,
    id=ids,
    text=st.sampled_from(["text-0", "text-1", "text-2"]),
    signed_at=moments,
    recorded_at=moments,
    annulled_at=st.none() | maybe,
    by_guardian=st.booleans(),
)
texts = st.builds(
    WaiverText,
    id=st.sampled_from(["text-0", "text-1", "text-2"]),
    version=st.integers(min_value=1, max_value=3),
    effective_from=moments,
    recorded_at=moments,
    predecessor_until=maybe,
    programme=st.sampled_from([None, "posting", "other"]),
)
withdrawals = st.builds(
    Withdrawal,
    id=ids,
    effective_at=moments,
    recorded_at=moments,
    programme=st.sampled_from([None, "posting", "other"]),
)
capacities = st.builds(
    CapacityFinding, id=ids, lacks=st.booleans(), assessed_at=moments, recorded_at=moments
)
quarantines = st.builds(
    QuarantineOrder,
    id=ids,
    start=moments,
    recorded_at=moments,
    end=maybe,
    lifted_at=maybe,
    lift_recorded_at=maybe,
)
findings = st.builds(
    Finding, id=ids, result=ids, found_at=moments, recorded_at=moments, cleared_at=maybe
)
enrolments = st.builds(
    Enrolment,
    id=ids,
    programme=programmes_named,
    start=moments,
    recorded_at=moments,
    end=maybe,
    end_recorded_at=maybe,
)
identities = st.builds(
    IdentityCheck, id=ids, is_confirmed=st.booleans(), happened_at=moments, recorded_at=moments
)
births = st.builds(
    BirthRecord,
    id=ids,
    # Who is born in these weeks of 2008 comes of age in the weeks of the tests.
    latest_birth_date=st.none()
    | st.dates(min_value=date(2008, 2, 25), max_value=date(2008, 3, 25))
    | st.just(date(1990, 5, 17)),
    recorded_at=moments,
)
deaths = st.builds(Death, id=ids, died_at=maybe, recorded_at=moments, replaced_at=st.none() | maybe)
any_facts = st.builds(
    Facts,
    births=_listed(births, 2),
    deaths=_listed(deaths, 1),
    identity=_listed(identities, 3),
    enrolments=_listed(enrolments, 3),
    waiver_texts=_listed(texts, 3),
    signatures=_listed(signatures),
    withdrawals=_listed(withdrawals, 2),
    capacities=_listed(capacities, 3),
    checks=_listed(checks, 5),
    nanites=_listed(nanites, 4),
    controls=_listed(controls, 3),
    quarantines=_listed(quarantines, 2),
    findings=_listed(findings, 2),
)


def _mixed(more: Facts) -> Facts:
    """The cleared person with further facts; names of their own keep the ids apart."""
    return Facts(
        **{
            field.name: getattr(CLEARED, field.name) + getattr(more, field.name)
            for field in fields(Facts)
        }
    )


# Most arbitrary people are refused for many reasons at once; those who start cleared and then
# meet a few events show far more of the law.
near_facts = st.builds(
    Facts,
    signatures=_listed(signatures, 1),
    withdrawals=_listed(withdrawals, 1),
    capacities=_listed(capacities, 2),
    checks=_listed(checks, 3),
    nanites=_listed(nanites, 2),
    controls=_listed(controls, 2),
    quarantines=_listed(quarantines, 1),
    findings=_listed(findings, 1),
    identity=_listed(identities, 1),
    enrolments=_listed(enrolments, 1),
    births=_listed(births, 1),
    deaths=_listed(deaths, 1),
).map(_mixed)
people = near_facts | any_facts

# A cleared person whom at most two events meet, and moments of the first week.
events = st.one_of(
    checks.map(lambda one: {"checks": one}),
    checks.map(lambda one: {"checks": one}),
    nanites.map(lambda one: {"nanites": one}),
    controls.map(lambda one: {"controls": one}),
    signatures.map(lambda one: {"signatures": one}),
    texts.map(lambda one: {"waiver_texts": replace(one, id="text-2")}),
    withdrawals.map(lambda one: {"withdrawals": one}),
    capacities.map(lambda one: {"capacities": one}),
    quarantines.map(lambda one: {"quarantines": one}),
    findings.map(lambda one: {"findings": one}),
    enrolments.map(lambda one: {"enrolments": one}),
    identities.map(lambda one: {"identity": one}),
    births.map(lambda one: {"births": one}),
    deaths.map(lambda one: {"deaths": one}),
)
# Somebody who comes of age on 5 March, for whom a guardian signed.
MINOR = replace(
    CLEARED,
    births=(
        BirthRecord(id="birth-1", latest_birth_date=date(2008, 3, 5), recorded_at=START - DAY),
    ),
    signatures=(replace(CLEARED.signatures[0], by_guardian=True),),
)
nearly_cleared = st.builds(
    lambda person, some: reduce(lambda facts, one: plus(facts, **one), some, person),
    st.sampled_from([CLEARED, CLEARED, MINOR]),
    st.lists(events, max_size=2),
)
first_week = st.integers(min_value=0, max_value=13).map(lambda step: START + step * 12 * HOUR)

spans = st.sampled_from([12 * HOUR, 3 * DAY, WEEK])
versions = st.builds(
    ProgrammeVersion,
    number=st.integers(min_value=1, max_value=4),
    effective_from=moments,
    recorded_at=moments,
    minimum_age_years=st.none() | st.just(18),
    nanites=st.just(())
    | st.builds(
        NaniteRequirement,
        analyte=st.just(LOAD),
        validity=spans,
        maximum=st.sampled_from([None, Decimal(0), Decimal(100)]),
        codes=st.sampled_from([frozenset(), frozenset(), frozenset({"T1"})]),
        control_counts=st.booleans(),
        drift_factor=st.sampled_from([None, None, Decimal(1), Decimal("2.5")]),
    ).map(lambda one: (one,)),
    checks=st.lists(
        st.builds(
            CheckRequirement,
            kind=kinds,
            validity=spans,
            grace=spans,
            asks=st.sampled_from([frozenset(), frozenset({"x"}), frozenset({"x", "y"})]),
        ),
        max_size=2,
        unique_by=lambda one: one.kind,
    ).map(tuple),
    majority_years=st.none() | st.just(18),
    admits_minors=st.booleans(),
    quarantine_clear=st.sampled_from([timedelta(0), 12 * HOUR, 3 * DAY]),
)

# A version under which most of what may be asked is asked, and who has everything is cleared.
STRICT = replace(
    VERSION,
    majority_years=18,
    quarantine_clear=DAY,
    checks=tuple(replace(need, asks=frozenset({"x"})) for need in VERSION.checks),
    nanites=(
        NaniteRequirement(
            analyte=LOAD,
            maximum=Decimal(100),
            codes=frozenset({"", "T1"}),
            control_counts=True,
            drift_factor=Decimal("2.5"),
        ),
    ),
)
STRICTLY = Programme(id="posting", versions=(STRICT,))
WITH_MINORS = Programme(
    id="posting", versions=(replace(STRICT, admits_minors=True, minimum_age_years=12),)
)
closings = st.lists(st.builds(Closing, closed_at=moments, recorded_at=moments), max_size=1)
programmes = st.sampled_from([PROGRAMME, STRICTLY, WITH_MINORS]) | st.builds(
    lambda some, closed: Programme(id="posting", versions=tuple(some), closings=tuple(closed)),
    st.lists(versions, min_size=1, max_size=3, unique_by=lambda one: one.number),
    closings,
)


def reasons(facts: Facts, at: datetime, programme: Programme = PROGRAMME, **asked) -> list[str]:
    return list(decide(facts, programme=programme, at=at, **asked).reasons)


ORDER = QuarantineOrder(id="order-1", start=START + DAY, recorded_at=START, end=START + 3 * DAY)
