"""The table of roles as a page for people."""

from __future__ import annotations

from collections.abc import Iterator

from labsys.accounts.roles import EXCLUSIVE, GRANTS, LABELS, PURPOSES, REACHES, TABLE, Role

INTRODUCTION = """\
# Who may do what

Drawn from `labsys/accounts/roles.py` by `manage.py draw_roles`; a test compares the two. What is not
written here is refused. A test walks every address of labsys as every role and as nobody
(`tests/architecture/test_access_matrix.py`).
"""


def document() -> str:
    """Return docs/roles.md."""
    return "\n".join([INTRODUCTION, *_reaches(), *_roles(), *_sections()]) + "\n"


def _reaches() -> Iterator[str]:
    yield "## How far\n"
    yield "A role holds a permission for every record, or within a reach:\n"
    yield from (f"- **{name}**: {meaning}" for name, meaning in REACHES.items())
    alone = ", ".join(str(LABELS[role]) for role in Role if role in EXCLUSIVE)
    yield f"\nHeld alone, whatever other role is given: {alone}.\n"


def _roles() -> Iterator[str]:
    yield "## Roles\n"
    for role in Role:
        yield f"### {str(LABELS[role]).capitalize()}\n"
        yield f"{PURPOSES[role]}\n"
        held = {name: table[role] for name, table in GRANTS.items() if role in table}
        yield from (f"- `{name}`{_suffix(reach)}" for name, reach in held.items())
        yield "" if held else "- nothing\n"


def _sections() -> Iterator[str]:
    yield "## Permissions\n"
    for line in TABLE.strip().splitlines():
        if line.startswith("# --- "):
            yield f"### {line.removeprefix('# --- ').capitalize()}\n"
            yield "| permission | who |\n|---|---|"
        elif not line.strip():
            yield ""
        elif not line.startswith("#"):
            name = line.split()[0]
            who = (f"{_holder(role)}{_suffix(reach)}" for role, reach in GRANTS[name].items())
            yield f"| `{name}` | {', '.join(who)} |"


def _holder(name: str) -> str:
    return f"`{name}`" if name.startswith("system:") else str(LABELS[Role(name)])


def _suffix(reach: str) -> str:
    return "" if reach == "any" else f" ({reach.replace('_', ' ')})"
