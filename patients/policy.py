"""Whose records a principal may reach: persons in their care, granted to them, or themselves.

A reach is a set of persons. What makes somebody a person in my care is open: an app that stands
on this one adds its own reason with `add_care` (an order, a screening) from its own policy module.
Every entry of a person is reached or none: links between double entries are followed here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now

from labsys.lib import policy
from labsys.lib.lookups import one_of
from labsys.lib.policy import Principal
from patients import models

# Given a principal, the ids of persons (as a query set of one column).
Persons = Callable[[Principal], QuerySet[Any]]

# `Now()` is the statement's moment on the database's clock; this is the same in plain SQL.
WARDS = """
    WITH RECURSIVE mine(id) AS (
        SELECT a.location_id FROM patients_careassignment a
        WHERE a.principal_id = %s AND a.since <= statement_timestamp()
          AND (a.until IS NULL OR a.until > statement_timestamp())
        UNION
        SELECT l.id FROM patients_location l JOIN mine ON l.parent_id = mine.id
    )
    SELECT id FROM mine
"""
# From the persons found to all their entries, by index alone: a join with the view of all entries
# would make the planner read it whole.
ENTRIES = """
    WITH found(id) AS MATERIALIZED ({}),
    head(id) AS MATERIALIZED (
        SELECT coalesce((SELECT l.survivor_id FROM patients_personlink l
                         WHERE l.duplicate_id = f.id AND NOT EXISTS (
                             SELECT 1 FROM patients_personunlink u WHERE u.link_id = l.id)), f.id)
        FROM found f
    )
    SELECT id FROM head
    UNION
    SELECT l.duplicate_id FROM head JOIN patients_personlink l ON l.survivor_id = head.id
    WHERE NOT EXISTS (SELECT 1 FROM patients_personunlink u WHERE u.link_id = l.id)
"""
# Unnesting an array of unknown length makes the planner expect few persons, and so take each table's
# index on the person instead of reading the table from its newest row.
FEW = "SELECT unnest(ARRAY({}))"
# Of persons that are known beforehand it knows how many rows they have, and takes the better way.
MOST = 5000

_care: list[Persons] = []


def add_care(persons: Persons) -> None:
    """Add a reason for which persons are in somebody's care."""
    if persons not in _care:
        _care.append(persons)


def on_my_wards(principal: Principal) -> QuerySet[Any]:
    """Persons staying now in a location (or part of one) the principal is assigned to now."""
    wards = RawSQL(WARDS, [principal.pk])  # noqa: S611
    stays = models.Encounter.objects.open().filter(started_at__lte=Now(), location_id__in=wards)
    return stays.values("person_id")


def granted_to(principal: Principal) -> QuerySet[Any]:
    """Persons for whom the principal holds a grant that runs now."""
    grants = models.CareGrant.objects.filter(
        principal_id=principal.pk, since__lte=Now(), until__gt=Now()
    )
    return grants.values("person_id")


def own(principal: Principal) -> QuerySet[Any]:
    """The person who logs in as this principal."""
    accounts = models.PersonAccount.objects.filter(principal_id=principal.pk)
    return accounts.values("person_id")


def in_care(principal: Principal, person: str) -> Q:
    return found_once("in_care", principal, person, *_care)


def granted(principal: Principal, person: str) -> Q:
    return found_once("granted", principal, person, granted_to)


def one_self(principal: Principal, person: str) -> Q:
    return found_once("own", principal, person, own)


def found_once(name: str, principal: Principal, path: str, *reasons: Persons) -> Q:
    """Return the condition that the person at `path` is in the reach of this name, for some reason.

    Where a request keeps what it asked for before, the persons are found once for all its lists; a
    set of more than `MOST` persons is left to each query.
    """
    kept = policy.kept(principal)
    ids = None if kept is None else kept.get(name)
    if ids is None or len(ids) > MOST:
        entries, params = _entries(reason(principal) for reason in reasons)
        if not entries:
            return Q(pk__in=[])
        if kept is None:
            return _asked_for(path, FEW.format(entries), params)
        if ids is None:
            ids = kept[name] = _ids(entries, params)
        if len(ids) > MOST:
            return _asked_for(path, entries, params)
    return one_of(path or "pk", ids)


def within(path: str, *sets: QuerySet[Any]) -> Q:
    """Return the condition that the person at `path` has an entry in one of these sets."""
    entries, params = _entries(sets)
    return _asked_for(path, FEW.format(entries), params) if entries else Q(pk__in=[])


def _entries(sets: Iterable[QuerySet[Any]]) -> tuple[str, list[Any]]:
    """Return the statement of all entries of the persons in these sets; empty where nobody can be."""
    queries, params = [], []
    for rows in sets:
        try:
            sql, values = rows.order_by().query.sql_with_params()
        except EmptyResultSet:
            continue
        queries.append(sql)
        params += values
    return (ENTRIES.format(" UNION ".join(queries)) if queries else ""), params


def _asked_for(path: str, entries: str, params: Sequence[Any]) -> Q:
    return Q(**{f"{path or 'pk'}__in": RawSQL(entries, params)})  # noqa: S611


def _ids(entries: str, params: Sequence[Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(f"{entries} LIMIT {MOST + 1}", params)
        return [id_ for (id_,) in cursor.fetchall()]


def register() -> None:
    """Tell the policy what this app's reaches mean, and who sees which of its tables."""
    add_care(on_my_wards)
    policy.register_reach("in_care", in_care)
    policy.register_reach("granted", granted)
    policy.register_reach("own", one_self)
    for model, (view, person) in MODELS.items():
        policy.register_model(model, view=view, person=person)


MODELS: dict[type[Any], tuple[str, str | None]] = {
    models.Species: ("patients.person.register", None),
    models.Person: ("patients.person.view", ""),
    models.BirthRecord: ("patients.person.view", "person"),
    models.DeathRecord: ("patients.person.view", "person"),
    models.PersonName: ("patients.person.view", "person"),
    models.PersonIdentifier: ("patients.person.view", "person"),
    models.IdentityEvent: ("patients.person.view", "person"),
    models.PersonLink: ("patients.person.view", "survivor"),
    models.PersonUnlink: ("patients.person.view", "link__survivor"),
    models.DuplicateCandidate: ("patients.duplicate.view", "first"),
    models.PersonDistinction: ("patients.duplicate.view", "first"),
    models.PersonDistinctionEnd: ("patients.duplicate.view", "distinction__first"),
    models.DuplicateKey: ("work.item.view", None),
    models.DuplicateSearch: ("work.item.view", None),
    models.PersonAccount: ("patients.person.account", "person"),
    models.Location: ("patients.location.view", None),
    models.LocationOpening: ("patients.location.view", None),
    models.TriageAssessment: ("patients.triage.view", "person"),
    models.Injury: ("patients.injury.view", "person"),
    models.Encounter: ("patients.encounter.view", "person"),
    models.EncounterEnd: ("patients.encounter.view", "encounter__person"),
    models.CareAssignment: ("patients.care.assign", None),
    models.CareGrant: ("patients.care.grant", "person"),
    models.Exposure: ("patients.exposure.view", "person"),
    models.Agent: ("patients.agent.view", None),
    models.FollowUpRule: ("patients.agent.view", None),
    models.FollowUpDecision: ("patients.followup.view", "person"),
    models.FollowUpVisit: ("patients.followup.view", "person"),
    models.Sighting: ("patients.sighting.view", "person"),
    models.QuarantineOrder: ("patients.quarantine.view", "person"),
    models.QuarantineLift: ("patients.quarantine.view", "order__person"),
    models.QuarantineExtension: ("patients.quarantine.view", "order__person"),
    models.QuarantineReview: ("patients.quarantine.view", "order__person"),
    models.QuarantineBreach: ("patients.quarantine.view", "order__person"),
    models.QuarantineBreachContact: ("patients.exposure.view", "exposure__person"),
    models.QuarantineRule: ("patients.quarantinerule.view", None),
    models.QuarantineCapacity: ("patients.location.view", None),
    models.Intervention: ("patients.intervention.view", "person"),
    models.PregnancyEstimate: ("patients.pregnancy.view", "person"),
    models.UltrasoundMeasurement: ("patients.pregnancy.view", "person"),
    models.PregnancyDate: ("patients.pregnancy.view", "person"),
    models.Sign: ("patients.sign.catalogue", None),
    models.SignObservation: ("patients.sign.view", "person"),
    models.CareNeed: ("patients.need.view", "person"),
    models.RelatedPerson: ("patients.related.view", "person"),
    models.ControlQuantity: ("patients.device.view", None),
    models.Controller: ("patients.device.view", None),
    models.ControllerEvent: ("patients.device.view", None),
    models.ControllerAssignment: ("patients.controller.view", "person"),
    models.SetPoint: ("patients.controller.view", "person"),
    models.SetPointSignature: ("patients.controller.view", "set_point__person"),
    models.ControllerSetting: ("patients.controller.view", "assignment__person"),
    models.ControllerReading: ("patients.controller.view", "assignment__person"),
    models.ControllerAlarm: ("patients.controller.view", "assignment__person"),
    models.HeldReading: ("patients.reading.decide", None),
    models.ControlDocument: ("patients.document.view", None),
    models.ControlDocumentVersion: ("patients.document.view", None),
    models.ControlDocumentSignature: ("patients.document.view", None),
    models.KillCodeUse: ("patients.intervention.view", "intervention__person"),
    models.AppliedMessage: ("work.item.view", None),
    models.Roll: ("work.item.view", None),
}
