"""Every address of labsys with what it needs, found in the code.

`python -m tests.architecture.write_access_matrix` writes the table that the matrix test compares it with; read
the difference before you commit it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from django.contrib import admin
from django.urls import URLPattern, URLResolver, get_resolver

from labsys.accounts.permissions import ANYONE, ANYONE_LOGGED_IN, OWN_ACCOUNT, declared
from labsys.accounts.roles import GRANTS, MACHINES, WITHOUT_FORMS, Role
from labsys.lib import policy
from labsys.lib.admin import RecordAdmin

TABLE = Path(__file__).with_name("access_matrix.csv")
UNDECLARED = "UNDECLARED"
NOBODY = "nobody"
STAFF = "staff"  # whoever may open the admin
ONWARD = "onward"  # answers with a way elsewhere or a refusal, never with content
APP = "app:"  # whoever may see one of the tables of this app in the admin

_PARAMETER = re.compile(r"<(?:[a-z]+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")
_SITE = {
    "index": STAFF,
    "i18n_javascript": STAFF,
    "login": ONWARD,
    "logout": ONWARD,
    "password_change": ONWARD,
    "password_change_done": ONWARD,
    "autocomplete_view": NOBODY,  # without naming a field that an admin form offers
    "catch_all_view": NOBODY,
}


@dataclass(frozen=True)
class Route:
    """One address and method; `needs` is a permission or one of the words above."""

    path: str
    method: str
    needs: str
    view: Any = field(compare=False)
    model: Any = field(default=None, compare=False)
    fixed: tuple[tuple[str, str], ...] = ()

    @property
    def parameters(self) -> list[str]:
        return [one or other for one, other in _PARAMETER.findall(self.path)]

    @property
    def shown(self) -> str:
        """The address with its fixed parameters filled in, as the table has it."""
        return self.address(dict(self.fixed), partly=True)

    def address(self, values: dict[str, Any], *, partly: bool = False) -> str:
        """Return the address with these values in place of its parameters."""

        def fill(match: re.Match[str]) -> str:
            name = match.group(1) or match.group(2)
            return str(values.get(name, f"<{name}>" if partly else ""))

        return "/" + _PARAMETER.sub(fill, self.path)


def discover() -> list[Route]:
    """Return every route, with addresses that lead to different permissions told apart."""
    return list(_walk(get_resolver().url_patterns, ""))


def _walk(patterns: list[Any], prefix: str) -> Iterator[Route]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern).lstrip("^").removesuffix("$").removesuffix("\\Z")
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, path)
        elif isinstance(pattern, URLPattern):
            yield from _routes(path, pattern.callback)


def _routes(path: str, view: Any) -> Iterator[Route]:
    owner, name = _owner(view)
    made = Route(path, "GET", UNDECLARED, view)
    by = getattr(view, "permissions_by", None)
    if by is not None:
        parameter, permissions = by
        for value, permission in permissions.items():
            fixed = ((parameter, value),)
            for method in ("GET", "POST"):
                yield replace(made, method=method, needs=permission, fixed=fixed)
    elif declared(view):
        for method, needs in declared(view).items():
            yield replace(made, method=method, needs=needs)
    elif isinstance(owner, admin.ModelAdmin):
        yield from _admin_routes(replace(made, model=owner.model), owner, name)
    elif isinstance(owner, admin.AdminSite):
        yield from _site_routes(made, owner, name)
    else:
        yield made


def _owner(view: Any) -> tuple[Any, str]:
    """Return the admin a view belongs to, however often it is wrapped, and its method's name."""
    model_admin = getattr(view, "model_admin", None)
    while hasattr(view, "__wrapped__") and not hasattr(view, "__self__"):
        view = view.__wrapped__
    owner = getattr(view, "__self__", None) or model_admin
    return owner, getattr(view, "__name__", "")


def _admin_routes(made: Route, owner: admin.ModelAdmin[Any], name: str) -> Iterator[Route]:
    registered = policy.registered_models()
    if not isinstance(owner, RecordAdmin) or owner.model not in registered:
        yield made
        return
    view, _person = registered[owner.model]
    needs = {
        "changelist_view": (view, None),
        "add_view": (owner.add_permission or NOBODY,) * 2,
        "change_view": (view, NOBODY),
        "delete_view": (NOBODY, NOBODY),
        "history_view": (NOBODY, None),
        "view": (ONWARD, None),  # the old address of a form
    }
    if name == "move_view":
        for move in owner.moves:
            for method in ("GET", "POST"):
                fixed = (("move", move.name),)
                yield replace(made, method=method, needs=move.permission, fixed=fixed)
        return
    for method, need in zip(("GET", "POST"), needs.get(name, (UNDECLARED, None)), strict=True):
        if need is not None:
            yield replace(made, method=method, needs=need)


def _site_routes(made: Route, site: admin.AdminSite, name: str) -> Iterator[Route]:
    if name == "app_index":
        for label in sorted({model._meta.app_label for model in site._registry}):
            yield replace(made, needs=APP + label, fixed=(("app_label", label),))
    else:
        yield replace(made, needs=_SITE.get(name, UNDECLARED))


def holders(route: Route) -> dict[Role, str]:
    """Return the roles that get in, and how far each reaches."""
    people = frozenset(Role) - MACHINES
    staff = people - WITHOUT_FORMS
    everybody: dict[str, frozenset[Role]] = {
        ANYONE: frozenset(Role),
        ANYONE_LOGGED_IN: frozenset(Role) if hasattr(route.view, "cls") else people,
        OWN_ACCOUNT: people,
        STAFF: staff,
        NOBODY: frozenset(),
        ONWARD: frozenset(),
    }
    if route.needs in everybody:
        held = dict.fromkeys(everybody[route.needs], policy.ANY)
    elif route.needs.startswith(APP):
        held = dict.fromkeys(_who_sees(route.needs.removeprefix(APP)), policy.ANY)
    else:
        held = {role: GRANTS[route.needs][role] for role in Role if role in GRANTS[route.needs]}
    in_admin = route.shown.startswith("/admin/")
    return {role: reach for role, reach in held.items() if role in staff or not in_admin}


def _who_sees(app: str) -> set[Role]:
    registered = policy.registered_models()
    models = [model for model in admin.site._registry if model._meta.app_label == app]
    return {role for model in models for role in Role if role in GRANTS[registered[model][0]]}


Line = tuple[str, str, str]


def lines(routes: list[Route]) -> set[Line]:
    """Return the routes as lines of the table: address, method, what it needs."""
    return {(route.shown, route.method, route.needs) for route in routes}


def read_table() -> set[Line]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {(row["address"], row["method"], row["needs"]) for row in csv.DictReader(file)}


def write_table() -> None:
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["address", "method", "needs"])
        writer.writerows(sorted(lines(discover())))
