"""Clearance once more, as slowly and as differently as could be: the past is replayed.

Each fact becomes dated entries in a diary; the diary is read up to the moment asked about, and
what stands at its end is the answer. Nothing is shared with the rule but the dataclasses.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from consent.rules.facts import Check, CheckOutcome, Facts, NaniteResult
from consent.rules.programmes import Programme

NAMES = {"MEDICAL": "MEDICAL", "PSYCHOLOGICAL": "PSYCH"}


def reasons_at(
    facts: Facts, programme: Programme, at: datetime, known_at: datetime | None = None
) -> set[str]:
    known = at if known_at is None else known_at
    rules = None
    for version in sorted(
        programme.versions,
        key=lambda one: (max(one.effective_from, one.recorded_at), one.number),
    ):
        if version.recorded_at <= known and max(version.effective_from, version.recorded_at) <= at:
            rules = version
    for one in programme.closings:
        if one.recorded_at <= known and one.closed_at <= at:
            rules = None
    if rules is None:
        return {"NOT_ENROLLED"}
    refused: set[str] = set()
    _person(facts, programme, rules, at, known, refused)
    _waiver(facts, programme, rules, at, known, refused)
    for kind in ("MEDICAL", "PSYCHOLOGICAL"):
        _check(facts, rules, kind, at, known, refused)
    for need in rules.nanites:
        _nanite(facts, need, at, known, refused)
    _safety(facts, rules, at, known, refused)
    return refused


def _person(facts, programme, rules, at, known, refused) -> None:
    inside = 0
    for one in facts.enrolments:
        if one.programme == programme.id and one.recorded_at <= known:
            begins = max(one.start, one.recorded_at)
            ends = one.end
            if ends is not None and (one.end_recorded_at or one.recorded_at) > known:
                ends = None
            inside += begins <= at and (ends is None or at < ends)
    for one in facts.deaths:
        if one.recorded_at <= known and min(one.died_at or one.recorded_at, one.recorded_at) <= at:
            undone = one.replaced_at
            if undone is None or undone > known or undone > at:
                inside = 0
    if not inside:
        refused.add("NOT_ENROLLED")

    ages = [] if rules.minimum_age_years is None else [rules.minimum_age_years]
    if rules.majority_years is not None and not rules.admits_minors:
        ages.append(rules.majority_years)
    if ages:
        stood, asked = _births(facts, at, known)
        if not stood or not all(_is_old(born, max(ages), at) for born in asked):
            refused.add("UNDER_AGE")

    diary = []
    for one in facts.identity:
        if one.recorded_at <= known:
            if one.is_confirmed and max(one.happened_at, one.recorded_at) <= at:
                diary.append((one.happened_at, 0))
            if not one.is_confirmed and min(one.happened_at, one.recorded_at) <= at:
                diary.append((min(one.happened_at, one.recorded_at), 1))
    if not diary or max(diary)[1] == 1:
        refused.add("IDENTITY_UNCONFIRMED")


def _births(facts, at, known) -> tuple[bool, list[date | None]]:
    """Whether any record stood, and the birth dates on which all have to agree."""
    on_file = sorted(
        (one for one in facts.births if one.recorded_at <= known),
        key=lambda one: one.recorded_at,
    )
    stood = [one for one in on_file if one.recorded_at <= at]
    asked = [one for one in on_file if one.recorded_at > at]
    if stood:
        asked += [one for one in stood if one.recorded_at == stood[-1].recorded_at]
    return bool(stood), [one.latest_birth_date for one in asked]


def _is_old(born: date | None, years: int, at: datetime) -> bool:
    if born is None:
        return False
    today = at.date()
    had_birthday = (today.month, today.day) >= (born.month, born.day)
    return today.year - born.year - (0 if had_birthday else 1) >= years


def _signed_by_right(one, facts, rules, at, known) -> bool:
    majority = rules.majority_years
    stood, asked = _births(facts, at, known)
    if one.by_guardian:
        if majority is None or not rules.admits_minors:
            return False
        return not any(_is_old(born, majority, at) for born in asked)
    if majority is None:
        return True
    return stood and all(_is_old(born, majority, one.signed_at) for born in asked)


def _could_decide(facts, moment, at, known) -> bool:
    """What the last assessment up to a moment found, as far as the answer's moment knows of it."""
    diary = []
    for one in facts.capacities:
        if one.recorded_at > known:
            continue
        if one.lacks and (one.assessed_at <= at or one.recorded_at <= at):
            diary.append((min(one.assessed_at, one.recorded_at), "unable"))
        if not one.lacks and one.assessed_at <= at and one.recorded_at <= at:
            diary.append((one.assessed_at, "able"))
    told = [entry for entry in diary if entry[0] <= moment]
    return not told or max(told)[1] == "able"  # at one moment "unable" comes last


def _waiver(facts, programme, rules, at, known, refused) -> None:
    texts = sorted(
        (
            one
            for one in facts.waiver_texts
            if one.recorded_at <= known and one.programme in (None, programme.id)
        ),
        key=lambda one: (one.effective_from, one.version),
    )
    diary = []
    for place, text in enumerate(texts):
        successors = [
            one
            for one in texts[place + 1 :]
            if (one.effective_from, one.version) != (text.effective_from, text.version)
        ]
        accepted = all(
            max(one.effective_from, one.predecessor_until or one.effective_from) > at
            for one in successors
        )
        for one in facts.signatures:
            if one.text != text.id or one.recorded_at > known:
                continue
            if one.annulled_at is not None and one.annulled_at <= known:
                continue
            if not _signed_by_right(one, facts, rules, at, known):
                continue
            moments = () if one.by_guardian else (one.signed_at, at)
            able = all(_could_decide(facts, moment, at, known) for moment in moments)
            if any(
                next_one.effective_from <= one.signed_at and next_one.recorded_at <= one.signed_at
                for next_one in successors
            ):
                continue
            if all(
                moment <= at
                for moment in (
                    one.signed_at,
                    one.recorded_at,
                    text.effective_from,
                    text.recorded_at,
                )
            ):
                diary.append((one.signed_at, "signed", accepted, able))
    for one in facts.withdrawals:
        if one.programme in (None, programme.id) and one.recorded_at <= known:
            moment = min(one.effective_at, one.recorded_at)
            if moment <= at:
                diary.append((moment, "withdrawn", False, False))
    standing = None
    # At one moment the withdrawal comes last ("signed" < "withdrawn").
    for _moment, act, accepted, able in sorted(diary):
        if act == "withdrawn":
            standing = "WITHDRAWN"
        elif not able:
            # Nobody is held to it, but whoever signed again has not withdrawn.
            standing = "NO_WAIVER" if standing == "WITHDRAWN" else standing
        elif accepted:
            standing = "signed"
        elif standing != "signed":
            standing = "WAIVER_SUPERSEDED"
    if standing != "signed":
        refused.add(standing or "NO_WAIVER")


def _check(facts, rules, kind, at, known, refused) -> None:
    wanted = [code for need in rules.checks if need.kind == kind for code in need.asks]

    def passed(one: Check) -> bool:
        if one.kind != kind or one.outcome != CheckOutcome.PASSED or one.recorded_at > known:
            return False
        if one.covers is not None and any(code not in one.covers for code in wanted):
            return False
        if one.annulled_at is not None and one.annulled_at <= known:
            return False
        return one.performed_at <= at and one.recorded_at <= at

    open_refusals = {}
    for one in sorted(facts.checks, key=lambda one: (one.performed_at, one.outcome == "PASSED")):
        if one.kind != kind or one.recorded_at > known:
            continue
        if one.outcome in ("FAILED", "REFERRED") and (
            one.performed_at <= at or one.recorded_at <= at
        ):
            open_refusals[one.id] = one
        if passed(one):
            for id in one.lifts:
                named = open_refusals.get(id)
                if named is not None and named.performed_at < one.performed_at:
                    del open_refusals[id]
    refused.update(f"{NAMES[kind]}_{one.outcome}" for one in open_refusals.values())

    validity = {need.kind: need.validity for need in rules.checks}.get(kind)
    if validity is not None:
        ages = [at - one.performed_at for one in facts.checks if passed(one)]
        _date(ages, validity, NAMES[kind], refused)


def _date(ages: list[timedelta], validity: timedelta, name: str, refused: set[str]) -> None:
    if not ages:
        refused.add(f"{name}_MISSING")
    elif min(ages) >= validity:
        refused.add(f"{name}_LAPSED")


def _nanite(facts, need, at, known, refused) -> None:
    # What the programme asks is written into the rows first; then the rest need not know of it.
    sent = [one for one in facts.nanites if one.analyte == need.analyte]
    seen = _control_seen(facts, need, at, known)
    rows = [replace(one, is_allowed=_is_good(one, sent, need, seen, at, known)) for one in sent]

    def has_come(one: NaniteResult) -> bool:
        return (
            one.released_at is not None
            and all(moment <= min(at, known) for moment in (one.recorded_at, one.released_at))
            and one.collected_at <= at
        )

    def stands(one: NaniteResult) -> bool:
        return (
            one.is_allowed
            and has_come(one)
            and not any(other.corrects == one.id and other.recorded_at <= known for other in rows)
            and not (one.annulled_at is not None and one.annulled_at <= known)
        )

    def replaces(one: NaniteResult, old: NaniteResult) -> bool:
        chain, current = [one.id], one.corrects
        while current is not None and current not in chain:
            if current == old.id:
                return True
            chain.append(current)
            current = next((row.corrects for row in rows if row.id == current), None)
        return False

    for one in rows:
        if one.is_allowed or one.released_at is None:
            continue
        if one.recorded_at > known or one.released_at > known:
            continue
        if min(one.collected_at, one.released_at) > at:
            continue
        overcome = any(
            (stands(other) and other.collected_at > one.collected_at)
            or (
                replaces(other, one)
                and (stands(other) or (not other.is_allowed and has_come(other)))
            )
            for other in rows
        )
        if not overcome:
            refused.add("NANITE_STATUS")
    _date([at - one.collected_at for one in rows if stands(one)], need.validity, "NANITE", refused)


def _control_seen(facts, need, at, known) -> datetime | None:
    """When the control that holds at this moment was seen; None while there is none."""
    diary = []
    for one in facts.controls:
        if one.recorded_at > known:
            continue
        if not one.is_controlled and min(one.observed_at, one.recorded_at) <= at:
            diary.append((min(one.observed_at, one.recorded_at), 1, one))
        annulled = one.annulled_at is not None and one.annulled_at <= known
        if one.is_controlled and not annulled and max(one.observed_at, one.recorded_at) <= at:
            diary.append((one.observed_at, 0, one))
    if not need.control_counts or not diary:
        return None
    moment, is_contrary, _one = max(diary, key=lambda entry: entry[:2])
    return None if is_contrary or at - moment >= need.validity else moment


def _is_good(one, sent, need, seen, at, known) -> bool:
    if not one.is_allowed or (need.codes and one.code not in need.codes):
        return False
    if need.maximum is not None and (one.at_most is None or one.at_most > need.maximum):
        if seen is None or seen < one.collected_at:
            return False
    if need.drift_factor is None:
        return True
    now = min(at, known)
    there = [
        other
        for other in sent
        if other.is_allowed
        and other.released_at is not None
        and max(other.recorded_at, other.released_at) <= now
        and other.collected_at <= at
    ]
    for other in there:
        age = one.collected_at - other.collected_at
        undone = other.annulled_at is not None and other.annulled_at <= now
        if undone or any(newer.corrects == other.id for newer in there):
            continue
        if timedelta(0) < age < 2 * need.validity:
            if one.at_most is None or other.at_most is None:
                return False
            low, high = sorted([one.at_most, other.at_most])
            if high > need.drift_factor * low:
                return False
    return True


def _safety(facts, rules, at, known, refused) -> None:
    for one in facts.quarantines:
        if one.recorded_at > known or one.start > at:
            continue
        gone = one.end is not None and at >= _free_from(one.end, one, rules)
        lifted = one.lifted_at
        if lifted is not None and (one.lift_recorded_at or lifted) <= min(at, known):
            gone = gone or at >= _free_from(lifted, one, rules)
        if not gone:
            refused.add("QUARANTINED")
    for one in facts.findings:
        if one.recorded_at <= known and (one.found_at <= at or one.recorded_at <= at):
            if one.cleared_at is None or one.cleared_at > min(at, known):
                refused.add("OPEN_FINDING")


def _free_from(end: datetime, order, rules) -> datetime:
    was_apart = order.start < end
    return end + (rules.quarantine_clear if was_apart else timedelta(0))
