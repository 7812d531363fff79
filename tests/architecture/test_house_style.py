"""What conventions promise, held by reading the code: a rule nobody checks is a third broken."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib import admin

from labsys.lib.admin import RecordAdmin
from labsys.lib.records import Audit, Export, Record

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("labsys", "patients", "assays", "consent")
OURS = [
    path
    for room in ROOMS
    for path in sorted((ROOT / room).rglob("*.py"))
    if "migrations" not in path.parts
]
# Machinery that is allowed to write: the queue and its heartbeats, sessions, batch inserts.
WRITERS = ("actions", "models")
MACHINERY = {
    "labsys/lib/records.py",
    "labsys/lib/bulk.py",
    "labsys/lib/admin.py",
    "labsys/audit/reads.py",
    "labsys/work/queue.py",
    "labsys/work/sweep.py",
    "labsys/work/periodic.py",
    "labsys/work/heartbeats.py",
    "labsys/accounts/session_store.py",
    "labsys/launch/up.py",  # saves a file
}
WRITES = {
    "create",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
    "update",
    "delete",
    "save",
}
OPERATIONAL = {
    "accounts.LoginSession",
    "assays.TransmissionSession",
    "work.Heartbeat",
    "work.PeriodicRun",
    "work.WorkItem",
}
ADMIN_OF_OTHERS = {"auth.Group"}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def calls(path: Path) -> Iterator[tuple[str, int]]:
    """Yield the attribute name and line of every method call of a module."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr, node.lineno


def writing_calls(path: Path) -> Iterator[int]:
    """Yield the lines that write through a manager, or save or delete an instance."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            through = ast.dump(node.func.value)
            by_manager = "objects" in through or "_default_manager" in through
            if node.func.attr in WRITES and (by_manager or node.func.attr == "save"):
                yield node.lineno


def models() -> list[type[Record]]:
    return [model for model in apps.get_models() if issubclass(model, Record)]


def test_only_actions_and_models_write() -> None:
    found = []
    for path in OURS:
        if set(WRITERS) & set(path.parts) or path.stem in WRITERS or name_of(path) in MACHINERY:
            continue
        text = path.read_text()
        found += [f"{name_of(path)}:{line}" for line in writing_calls(path)]
        if re.search(r"\b(INSERT INTO|DELETE FROM)\b|\bUPDATE \w+ SET\b", text):
            if path.parts[-2] != "audit" and "launch" not in path.parts:
                found.append(f"{name_of(path)} holds SQL that writes")

    assert found == [], "\n".join(map(str, found))


def test_every_public_action_says_who_and_when() -> None:
    found = []
    for path in OURS:
        if "actions" not in path.parts:
            continue
        for node in ast.parse(path.read_text()).body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith(("_", "check_")):
                continue
            positional = [a.arg for a in node.args.args if a.annotation is not None]
            named = {argument.arg for argument in node.args.kwonlyargs}
            writes = "acting" in ast.dump(node)
            if writes and not {"by", "at"} <= named:
                found.append(f"{name_of(path)}:{node.name}{positional}")

    assert found == [], "\n".join(map(str, found))


def test_celery_is_called_by_the_relay_and_beat_alone() -> None:
    asking = {"delay", "apply_async", "send_task", "delay_on_commit"}
    found = [
        f"{name_of(path)}:{line}"
        for path in OURS
        if name_of(path) not in ("labsys/work/relay.py", "labsys/celery.py")  # beat's first ring
        for call, line in calls(path)
        if call in asking
    ]

    assert found == [], "\n".join(map(str, found))


def test_nothing_is_evaluated_or_unpickled() -> None:
    found = []
    for path in OURS:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                if node.func.id in ("eval", "exec", "compile"):
                    found.append(f"{name_of(path)}:{node.lineno}")
            if isinstance(node, ast.Import) and {a.name for a in node.names} & {
                "pickle",
                "marshal",
            }:
                found.append(f"{name_of(path)}:{node.lineno}")

    assert found == [], "\n".join(map(str, found))


def test_csrf_protection_is_never_switched_off() -> None:
    assert [name_of(path) for path in OURS if "csrf_exempt" in path.read_text()] == []


@pytest.mark.parametrize("word", ["utils", "helpers", "common", "services", "constants"])
def test_no_room_is_named_after_nothing(word: str) -> None:
    allowed = {"labsys/launch/services.py"}  # the services that ./lab runs
    found = {name_of(path) for path in OURS if path.stem == word} - allowed

    assert found == set()


def test_no_template_has_inline_style_or_script() -> None:
    inline = re.compile(r"\sstyle=|<style|<script(?![^>]*\bsrc=)|\son\w+=\"", re.IGNORECASE)
    found = [
        f"{name_of(path)}: {match.group(0)!r}"
        for room in ROOMS
        for path in sorted((ROOT / room).rglob("*.html"))
        for match in inline.finditer(path.read_text())
    ]

    assert found == [], "\n".join(map(str, found))


def test_every_table_says_how_it_may_change() -> None:
    operational = {
        model._meta.label for model in models() if model.AUDIT not in (Audit.FACT, Audit.STATE)
    }
    facts = [model for model in models() if model.AUDIT is Audit.FACT]

    assert operational == OPERATIONAL
    assert [model._meta.label for model in facts if model.MUTABLE] == []


def test_every_field_says_what_leaving_the_hospital_would_mean() -> None:
    found = []
    for model in models():
        classed = [name for names in model.EXPORT.values() for name in names.split()]
        fields = {field.name for field in model._meta.concrete_fields}
        if sorted(classed) != sorted(fields):
            found.append((model._meta.label, sorted(fields ^ set(classed)), len(classed)))
        assert set(model.EXPORT) <= set(Export)

    assert found == [], "\n".join(map(str, found))


def test_sealed_fields_have_no_plain_column() -> None:
    sealed = {
        f"{model._meta.label}.{name}": model._meta.get_field(name).get_internal_type()
        for model in models()
        for name in model.SEALED
    }

    assert sealed == {"consent.PsychologicalRecord.content": "BinaryField"}


def test_every_admin_form_stands_on_the_record_admin() -> None:
    found = {
        model._meta.label
        for model, form in admin.site._registry.items()
        if not isinstance(form, RecordAdmin)
    }

    assert found <= ADMIN_OF_OTHERS


def test_files_and_functions_stay_small_enough_to_read() -> None:
    long_files = {
        name_of(path): lines for path in OURS if (lines := len(path.read_text().splitlines())) > 450
    }
    long_functions = [
        f"{name_of(path)}:{node.name}"
        for path in OURS
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno > 70
    ]

    assert long_files == {}
    assert long_functions == []
