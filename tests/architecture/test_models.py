"""Every table says how it changes, what of it is recorded and what leaving the house would mean."""

from __future__ import annotations

from collections import Counter

import pytest
from django.apps import apps
from django.db import models

from labsys.lib.records import Audit, Export, Record

OURS = ("accounts", "audit", "work", "patients", "assays", "consent")
# Machinery: not audited, may be deleted from.
OPERATIONAL = {
    "accounts.LoginSession",
    "assays.EndpointState",
    "assays.FiguresDay",
    "assays.IndicatorDay",
    "assays.TransmissionSession",
    "assays.TurnaroundDay",
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


@pytest.mark.parametrize("model", RECORDS, ids=label)
def test_every_field_has_one_class_of_export(model: type[Record]) -> None:
    named = Counter(name for names in model.EXPORT.values() for name in names.split())
    fields = {field.name for field in model._meta.concrete_fields}

    assert set(named) == fields, "class every field in EXPORT"
    assert [name for name, times in named.items() if times > 1] == []
    assert set(model.EXPORT) <= set(Export)


@pytest.mark.parametrize("model", RECORDS, ids=label)
def test_what_a_table_declares_names_its_fields(model: type[Record]) -> None:
    fields = {field.name for field in model._meta.concrete_fields}
    declared = model.MUTABLE | model.LARGE | model.SECRET | model.SEALED

    assert declared <= fields
    assert not model.MUTABLE or model.AUDIT is Audit.STATE
    sealed = {name for kind in (Export.SEALED,) for name in model.EXPORT.get(kind, "").split()}
    assert sealed >= model.SECRET | model.SEALED, "what is secret or sealed never leaves"


@pytest.mark.parametrize("model", RECORDS, ids=label)
def test_audited_tables_carry_their_triggers(model: type[Record]) -> None:
    names = {trigger.name for trigger in getattr(model._meta, "triggers", [])}
    wanted = {"guard", "guard_truncate", "audit_insert", "audit_update"}

    assert names == (wanted if model.AUDIT in (Audit.FACT, Audit.STATE) else set())


@pytest.mark.parametrize("model", RECORDS, ids=label)
def test_nothing_is_deleted_by_way_of_another_row(model: type[Record]) -> None:
    for field in model._meta.concrete_fields:
        if field.is_relation:
            assert field.remote_field.on_delete is models.PROTECT, field.name


@pytest.mark.parametrize("model", RECORDS, ids=label)
def test_constraints_are_named_after_their_table(model: type[Record]) -> None:
    start = f"{model._meta.app_label}_{model._meta.model_name}_"

    for constraint in model._meta.constraints:
        assert constraint.name.startswith((start, start[:-1])), constraint.name
