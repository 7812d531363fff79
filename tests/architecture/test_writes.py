"""Only actions and models write; every public action says who and when; doors call nothing else."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.architecture.source import Module, modules

# The sources are parsed once for all tests of how they are written.
pytestmark = pytest.mark.xdist_group("source")

# Where rows may be written: the actions and models of each app, and the queue's own machinery.
WRITERS = {"actions", "models"}
MACHINERY = {
    "labsys/accounts/session_store.py",  # Django's table of sessions
    "labsys/audit/reads.py",  # who looked at whom
    "labsys/audit/sql.py",  # the database's own functions
    "labsys/lib/contents.py",  # files, which rows name
    "labsys/lib/bulk.py",  # the statement that actions call
    "labsys/lib/records.py",  # the guards of save() and update()
    "labsys/work/heartbeats.py",
    "labsys/work/periodic.py",
    "labsys/work/queue.py",
    "labsys/work/sweep.py",
    "labsys/work/worker.py",
}
DOORS = {"admin", "api", "pages", "listeners", "management", "tasks"}
# No model is within their reach (import-linter holds it), so what they update is no row.
WITHOUT_ROWS = {"rules", "numerics", "instruments", "launch"}

ALWAYS = {"bulk_create", "bulk_update", "get_or_create", "update_or_create"}
MAYBE = {"create", "save", "update", "delete", "acreate", "asave", "aupdate", "adelete"}
STATEMENT = re.compile(
    r"\b(INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|TRUNCATE\s|COPY\s+\w+\s*\()"
)


def actions_imported(module: Module) -> set[str]:
    """Return the names under which a module knows modules of actions."""
    found = set()
    for node in module.nodes:
        if isinstance(node, ast.ImportFrom) and ".actions" in (node.module or ""):
            found |= {name.asname or name.name for name in node.names}
    return found


def writes(module: Module) -> Iterator[str]:
    """Yield the places where a module seems to write rows."""
    known = actions_imported(module)
    for name, call in module.calls():
        if not isinstance(call.func, ast.Attribute):
            continue
        receiver = ast.unparse(call.func.value)
        is_dictionary = name == "update" and bool(call.args)
        is_action = receiver.split(".")[0] in known or receiver == "super()"
        if name in ALWAYS or (name in MAYBE and not is_dictionary and not is_action):
            yield f"{module.name}:{call.lineno} {receiver}.{name}(...)"
    for text, node in module.strings():
        if STATEMENT.search(text):
            yield f"{module.name}:{node.lineno} {' '.join(text.split())[:60]}"


def test_only_actions_and_models_write() -> None:
    outside = [
        module
        for module in modules()
        if module.name not in MACHINERY
        and not set(module.parts) & (WRITERS | WITHOUT_ROWS)
        and not module.name.startswith("labsys/settings")
    ]

    assert [place for module in outside for place in writes(module)] == []


def test_the_search_for_writes_finds_them() -> None:
    text = (
        "Result.objects.create(x=1)\nrow.save()\nrows.filter(a=1).update(b=2)\nperson.names.create()\n"
        "found.update(other)\nresults.verify(result=1)\ncursor.execute('UPDATE assays_result SET a')"
    )

    found = list(writes(Module(modules()[0].path, text, ast.parse(text))))

    assert [place.split(":")[1].split()[0] for place in found] == ["1", "2", "3", "4", "7"]


def public_actions() -> Iterator[tuple[Module, ast.FunctionDef]]:
    """Yield every public function of an actions module that opens a recorded transaction."""
    for module in modules():
        if "actions" in module.parts:
            for node in module.tree.body:
                public = isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
                if public and "contextmanager" not in map(ast.unparse, node.decorator_list):
                    yield module, node


def takes_by_and_at(node: ast.FunctionDef) -> bool:
    keywords = {argument.arg for argument in node.args.kwonlyargs}
    return {"by", "at"} <= keywords and not node.args.args and not node.args.posonlyargs


def is_recorded(node: ast.FunctionDef) -> bool:
    called = {name for name, _call in Module(modules()[0].path, "", ast.Module([node], [])).calls()}
    return "acting" in called


def test_every_action_says_who_and_when_by_name() -> None:
    wrong = [
        f"{module.name}:{node.lineno} {node.name}"
        for module, node in public_actions()
        if is_recorded(node) and not takes_by_and_at(node)
    ]

    assert wrong == [], "take `*, by, at` and nothing by position, or make them private"


def test_doors_call_actions_that_say_who_and_when() -> None:
    """What a door calls in an actions module is an action, or a question that writes nothing."""
    actions = {(module.parts[-1], node.name): (module, node) for module, node in public_actions()}
    wrong = []
    for door in modules():
        if not set(door.parts) & DOORS:
            continue
        known = actions_imported(door)
        for name, call in door.calls():
            if not isinstance(call.func, ast.Attribute):
                continue
            receiver = ast.unparse(call.func.value)
            found = actions.get((receiver, name)) if receiver in known else None
            if found is None or takes_by_and_at(found[1]):
                continue
            text = ast.unparse(found[1])
            if list(writes(Module(found[0].path, text, ast.parse(text)))):
                wrong.append(f"{door.name}:{call.lineno} {receiver}.{name}")

    assert wrong == []
