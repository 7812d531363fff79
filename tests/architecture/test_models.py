"""Every table says how it changes, what of it is recorded and what leaving the house would mean."""

from __future__ import annotations

from collections import Counter

from django.apps import apps
from django.db import models

from labsys.lib.records import Audit, Export, Record

OURS = ("accounts", "audit", "work", "patients", "assays", "consent")
# Machinery: not audited, may be deleted from.
OPERATIONAL = {
    "accounts.LoginSession",
    "assays.EndpointState",
    "assays.FigureSnapshot",
    "assays.FiguresDay",
    "assays.IndicatorDay",
    "assays.TransmissionSession",
    "assays.TurnaroundDay",
    "consent.ClearanceTouch",
    "consent.ClearanceWatch",
    "patients.AppliedMessage",
    "patients.DuplicateCandidate",
    "patients.DuplicateKey",
    "patients.DuplicateSearch",
    "patients.Roll",
    "work.Heartbeat",
    "work.PeriodicRun",
    "work.WorkItem",
}
# Tables of Django and of libraries.
FRAMEWORK = {
    "admin.LogEntry",
    "auth.Group",
    "auth.Group_permissions",
    "auth.Permission",
    "axes.AccessAttempt",
    "axes.AccessAttemptExpiration",
    "axes.AccessFailureLog",
    "axes.AccessLog",
    "contenttypes.ContentType",
    "sessions.Session",
}
# Read only through Django: partitioned by month, or a view; the database writes them.
UNMANAGED = {
    "assays.TransmissionFrame",
    "audit.AuditEvent",
    "audit.ReadEvent",
    "patients.CanonicalPerson",
}

ALL = list(apps.get_models(include_auto_created=True))
RECORDS = [model for model in ALL if issubclass(model, Record)]


def label(model: type[models.Model]) -> str:
    return model._meta.label


def test_every_table_of_ours_is_a_record() -> None:
    assert {label(m) for m in ALL if m._meta.app_label in OURS} - {label(m) for m in RECORDS} == (
        UNMANAGED
    )
    assert {label(m) for m in ALL if m._meta.app_label not in OURS} == FRAMEWORK


def test_tables_that_are_not_audited_are_a_pinned_list() -> None:
    kept = {label(m) for m in RECORDS if m.AUDIT not in (Audit.FACT, Audit.STATE)}

    assert kept == OPERATIONAL


def test_every_field_has_one_class_of_export() -> None:
    faults = []
    for model in RECORDS:
        named = Counter(name for names in model.EXPORT.values() for name in names.split())
        fields = {field.name for field in model._meta.concrete_fields}
        twice = [name for name, times in named.items() if times > 1]
        faults += [f"{label(model)}: class {name} in EXPORT" for name in fields - set(named)]
        faults += [f"{label(model)}: {name} is no field" for name in set(named) - fields]
        faults += [f"{label(model)}: {name} has two classes" for name in twice]
        faults += [f"{label(model)}: {one} is no class" for one in set(model.EXPORT) - set(Export)]

    assert not faults, "\n".join(faults)


def test_what_a_table_declares_names_its_fields() -> None:
    faults = []
    for model in RECORDS:
        fields = {field.name for field in model._meta.concrete_fields}
        declared = model.MUTABLE | model.LARGE | model.SECRET | model.SEALED
        faults += [f"{label(model)}: {name} is no field" for name in declared - fields]
        if model.MUTABLE and model.AUDIT is not Audit.STATE:
            faults.append(f"{label(model)}: changes, and is no STATE")
        kept = set(model.EXPORT.get(Export.SEALED, "").split())
        out = (model.SECRET | model.SEALED) - kept
        faults += [f"{label(model)}: {name} is secret or sealed, and leaves" for name in out]

    assert not faults, "\n".join(faults)


def test_audited_tables_carry_their_triggers() -> None:
    wanted = {"guard", "guard_truncate", "audit_insert", "audit_update"}
    found = {
        label(model): {trigger.name for trigger in getattr(model._meta, "triggers", [])}
        for model in RECORDS
    }
    audited = {label(m) for m in RECORDS if m.AUDIT in (Audit.FACT, Audit.STATE)}

    assert {name: names for name, names in found.items() if names} == dict.fromkeys(audited, wanted)


def test_nothing_is_deleted_by_way_of_another_row() -> None:
    found = [
        f"{label(model)}.{field.name}"
        for model in RECORDS
        for field in model._meta.concrete_fields
        if field.is_relation and field.remote_field.on_delete is not models.PROTECT
    ]

    assert not found, "\n".join(found)


def test_constraints_are_named_after_their_table() -> None:
    found = []
    for model in RECORDS:
        start = f"{model._meta.app_label}_{model._meta.model_name}_"
        found += [
            constraint.name
            for constraint in model._meta.constraints
            if not constraint.name.startswith((start, start[:-1]))
        ]

    assert not found, "\n".join(found)
