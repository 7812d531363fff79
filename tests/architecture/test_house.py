"""How the house is kept: sizes, names, one way to write a thing, nothing inline, layers."""

from __future__ import annotations

import ast
import re
import subprocess
import sys

import pytest
from django.contrib import admin

from labsys.lib.admin import RecordAdmin
from tests.architecture.source import ROOT, modules, templates

# The sources are parsed once for all tests of how they are written.
pytestmark = pytest.mark.xdist_group("source")

LONGEST_FILE = 400
LONGEST_FUNCTION = 60
NAMELESS = {"utils", "util", "helpers", "helper", "common", "services", "constants", "misc"}
# `services` are what the word means here: the processes of one installation.
NAMED_SO_FOR_A_REASON = {"labsys/launch/services.py"}
RINGS = {"labsys/celery.py", "labsys/work/relay.py"}
PURE = {"rules", "numerics", "instruments"}
CLOCKS = {"now", "utcnow", "today", "time", "time_ns", "monotonic", "localtime"}


def test_files_and_functions_stay_readable() -> None:
    long = [m.name for m in modules() if len(m.text.splitlines()) > LONGEST_FILE]
    longer = [
        f"{m.name} {f.name}"
        for m in modules()
        for f in m.functions()
        if (f.end_lineno or 0) - f.lineno >= LONGEST_FUNCTION
    ]

    assert long + longer == []


def test_no_module_is_named_after_nothing() -> None:
    named = {m.name for m in modules() if m.path.stem in NAMELESS or m.path.parent.name in NAMELESS}

    assert named - NAMED_SO_FOR_A_REASON == set()


def calls(*names: str) -> list[str]:
    return [
        f"{module.name}:{call.lineno} {name}"
        for module in modules()
        for name, call in module.calls()
        if name in names
    ]


def test_nothing_is_evaluated() -> None:
    built_in = [
        f"{module.name}:{node.lineno}"
        for module in modules()
        for node in module.nodes
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("eval", "exec", "compile", "__import__")
    ]

    assert built_in == []


def test_nothing_is_unpickled_or_read_as_yaml_or_xml() -> None:
    imported = [
        f"{module.name} {name}"
        for module in modules()
        for node in module.nodes
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in [*(alias.name for alias in node.names), getattr(node, "module", "") or ""]
        if name.split(".")[0] in ("pickle", "marshal", "shelve", "yaml", "xml", "dill")
    ]

    assert imported == []


def test_a_password_is_tried_at_one_door_alone() -> None:
    """Whatever else tries one would show the lockout's table the form that it came in."""
    tried = {found.split(":")[0] for found in calls("authenticate", "auth.authenticate")}

    assert tried == {"labsys/accounts/step_ups.py"}


def test_only_the_relay_and_beat_ring_celery() -> None:
    rung = {place.split(":")[0] for place in calls("delay", "apply_async", "send_task")}

    assert rung <= RINGS


def test_no_view_leaves_out_the_proof_of_origin() -> None:
    assert [m.name for m in modules() if "csrf_exempt" in m.text] == []


def test_rules_and_numbers_know_no_clock_and_no_chance() -> None:
    found = []
    for module in modules():
        if not set(module.parts) & PURE:
            continue
        for name, call in module.calls():
            source = ast.unparse(call.func)
            if source == "random.Random" and call.args:
                continue  # made from a seed: the same again whenever it is asked
            if name in CLOCKS and source.startswith(("datetime.", "date.", "time.", "timezone.")):
                found.append(f"{module.name}:{call.lineno} {source}")
            if source.startswith(("random.", "secrets.", "os.environ", "uuid.uuid4", "open")):
                found.append(f"{module.name}:{call.lineno} {source}")

    assert found == []


def test_doors_take_their_moment_from_the_database() -> None:
    """`datetime.now()` and `timezone.now()` are the clock of whichever machine runs the code."""
    allowed = {
        "labsys/lib/clock.py",
        "consent/offline.py",  # runs where there is no database
        "patients/admin/care.py",  # which button is shown; the action asks the database
        "patients/admin/quarantine.py",  # the same
        "patients/forms.py",  # the moment that an empty form proposes
    }
    found = [
        f"{module.name}:{call.lineno} {ast.unparse(call.func)}"
        for module in modules()
        if module.name not in allowed and "launch" not in module.parts
        for name, call in module.calls()
        if name in ("now", "utcnow", "today")
        and ast.unparse(call.func).split(".")[0] in ("datetime", "date", "timezone")
    ]

    assert found == []


def test_people_read_a_refusal_in_their_language() -> None:
    """`str` of a refusal is its English sentence: a page says `labsys.lib.refusals.sentence`."""
    found = [
        f"{module.name}:{call.lineno}"
        for module in modules()
        if {"pages", "admin"} & set(module.parts) or module.path.stem in ("pages", "step_ups")
        for name, call in module.calls()
        if name == "str" and call.args and ast.unparse(call.args[0]) in ("refusal", "refused")
    ]

    assert found == []


def test_every_form_of_the_admin_is_a_record_form() -> None:
    found = [
        str(one)
        for one in admin.site._registry.values()
        if not isinstance(one, RecordAdmin) or one.actions or one.list_editable or one.view_on_site
    ]

    assert found == []


def test_nobody_asks_for_a_role_instead_of_a_permission() -> None:
    """Roles are read in one place, or the table of roles would not be the whole truth."""
    allowed = (
        "labsys/accounts/",
        "labsys/lib/policy",
        "labsys/web/demo",
        "assays/actions/instruments",  # gives an instrument its role
        "patients/actions/care",  # grants go to visiting clinicians alone
        "patients/admin/care",  # and its form offers them
        "patients/admin/logins",  # the form offers participants
    )
    found = [
        f"{module.name}:{node.lineno}"
        for module in modules()
        if not module.name.startswith(allowed)
        for node in module.nodes
        if isinstance(node, ast.Attribute)
        and (node.attr == "roles" or (isinstance(node.value, ast.Name) and node.value.id == "Role"))
    ]

    assert sorted(set(found)) == []


INLINE = {
    "style attribute": re.compile(r"\sstyle\s*="),
    "script without src": re.compile(r"<script(?![^>]*\ssrc=)(?![^>]*type=\"application/json\")"),
    "style element": re.compile(r"<style"),
    "event handler": re.compile(r"\son[a-z]+\s*=\s*[\"']"),
    "javascript address": re.compile(r"javascript:", re.IGNORECASE),
    "another site": re.compile(r"(?:src|href)=[\"'](?:https?:)?//"),
    # Help texts and descriptions of forms are ours, and some of Django's hold markup.
    "unescaped": re.compile(r"(?<!help_text)(?<!fieldset\.description)\|safe\b|autoescape off"),
}


@pytest.mark.parametrize("what", INLINE)
def test_no_template_holds_what_the_content_policy_refuses(what: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match.group(0)}"
        for path in templates()
        for match in INLINE[what].finditer(path.read_text(encoding="utf-8"))
    ]

    assert found == []


def test_templates_name_people_and_not_their_logins() -> None:
    """A principal writes its login; `display_name` is what people read."""
    acted = re.compile(r"\{\{ [\w.]+(?:_by|\brequester|\bresponsible)(?:\|[^}]*)? \}\}")
    # Names already, or a value.
    strings = {"one.seen_by", "row.requester", "group.requester", "one.measured_by", "corrected_by"}
    found = [
        f"{path.relative_to(ROOT)}: {match.group(0)}"
        for path in templates()
        for match in acted.finditer(path.read_text(encoding="utf-8"))
        if re.split(r"[ |]", match.group(0))[1] not in strings
    ]

    assert found == []


def test_the_layers_hold() -> None:
    run = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-2000:]
    assert "0 broken" in run.stdout


def test_no_import_is_left_out_of_the_layers() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")

    assert "ignore_imports" not in text
