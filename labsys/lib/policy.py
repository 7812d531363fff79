"""The one place that answers who may do what, and to whose records.

A grant says: this role has this permission, as far as this reach. Reaches are named (`any`,
`in_care`, ...) and each app registers what they mean in its `policy.py`. What nobody granted is
refused. A role may be exclusive: whoever holds it has what it grants and nothing that another role
would add, so deny beats allow. The admin, the API, pages, search, PDF and export all ask `can`,
`check` or `scope`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from labsys.lib.errors import NotAllowed, NotFound

ANY = "any"


class Principal(Protocol):
    """Who asks."""

    @property
    def pk(self) -> int: ...
    @property
    def is_active(self) -> bool: ...
    @property
    def roles(self) -> frozenset[str]: ...


# Given the principal and the lookup path from a model to the person it concerns ("" for the person
# model itself), a reach returns the condition that keeps the rows within it.
Reach = Callable[[Principal, str], Q]
# Given the principal and the lookup path from a model to the row whose content it shows ("" for the
# row itself), a narrowing returns what of it may be read, or None where everything may.
Narrowing = Callable[[Principal, str], Q | None]
# permission -> role -> reach
Grants = Mapping[str, Mapping[str, str]]

_grants: dict[str, Mapping[str, str]] = {}
_exclusive: set[str] = set()
_reaches: dict[str, Reach] = {}
_models: dict[type[Model], tuple[str, str | None]] = {}
_narrowed: dict[type[Model], tuple[Narrowing, str]] = {}


def keep(principal: Principal) -> None:
    """Let a principal's reaches be found, and a row be asked about, once for all that a request reads.

    Only for a principal that was fetched for the request, and only where nothing is changed: what is
    granted or ended holds from the next request on.
    """
    principal.kept_reaches = {}  # type: ignore[attr-defined]


def kept(principal: Principal | None) -> dict[Any, Any] | None:
    """Return where the persons of a reach are kept by its name, and answers by the question; or None."""
    return getattr(principal, "kept_reaches", None)


def install(grants: Grants, *, exclusive: Iterable[str] = ()) -> None:
    """Take over the table of roles (done once, when the accounts app is ready)."""
    _grants.clear()
    _grants.update(grants)
    _exclusive.clear()
    _exclusive.update(exclusive)


def register_reach(name: str, reach: Reach) -> None:
    """Say what a reach means; called from an app's policy module."""
    _reaches[name] = reach


def register_model(model: type[Model], *, view: str, person: str | None) -> None:
    """Say which permission shows rows of `model` and where the person is they concern.

    `person` is a lookup path ("specimen__person", "" for the person model itself), or None for a
    table that concerns nobody: there only the reach `any` opens it.
    """
    _models[model] = (view, person)


def narrow(model: type[Model], narrowing: Narrowing, path: str = "") -> None:
    """Say which rows of `model` may be read at all, within whatever reach.

    It holds for the permission that shows the model; acts ask for a permission of their own.
    """
    _narrowed[model] = (narrowing, path)


def permissions() -> frozenset[str]:
    """Every permission that exists."""
    return frozenset(_grants)


def reach_names() -> frozenset[str]:
    """The reaches whose meaning is registered."""
    return frozenset(_reaches)


def registered_models() -> dict[type[Model], tuple[str, str | None]]:
    """The models whose rows can be scoped, with permission and path."""
    return dict(_models)


def reaches(principal: Principal | None, permission: str) -> frozenset[str]:
    """Return how far the principal's roles carry this permission; empty means refused."""
    table = _row(permission)
    if principal is None or not principal.is_active:
        return frozenset()
    alone = principal.roles & _exclusive
    if any(role not in table for role in alone):
        return frozenset()
    held = alone or principal.roles
    return frozenset(table[role] for role in held if role in table)


def is_limited(permission: str) -> bool:
    """Return whether some role holds this permission within a reach, so that the object counts."""
    return any(reach != ANY for reach in _row(permission).values())


def _row(permission: str) -> Mapping[str, str]:
    if permission not in _grants:
        raise LookupError(f"permission {permission!r} is not in the table of roles")
    return _grants[permission]


def can(principal: Principal | None, permission: str, obj: Model | None = None) -> bool:
    """Return whether the principal may do this (to this object, where one is given).

    A permission held within a limited reach needs the object: without one the answer is whether
    there may be any object at all, which is right for showing a menu and for nothing else.
    """
    held = reaches(principal, permission)
    if not held or obj is None:
        return bool(held)
    readable = _readable(principal, type(obj), permission)
    if ANY in held and readable is None:
        return True
    if type(obj) not in _models or obj.pk is None:
        return False
    answers = kept(principal)
    # What narrows a model is asked for with the one permission that shows it.
    asked = (type(obj), obj.pk, held, readable is None)
    if answers is not None and asked in answers:
        return bool(answers[asked])
    rows = type(obj)._default_manager.filter(readable or Q(), pk=obj.pk)
    answer = _within(principal, rows, held).exists()
    if answers is not None:
        answers[asked] = answer
    return answer


def check(principal: Principal | None, permission: str, obj: Model | None = None) -> None:
    """Raise NotAllowed (no such right) or NotFound (not in reach) unless `can` says yes.

    Raises LookupError for a permission with reaches where no object is given: an act that asked
    for the role and forgot the patient must not pass in any test, whoever plays it.
    """
    if obj is None and is_limited(permission):
        raise LookupError(f"{permission!r} depends on whose record it is: give the object")
    if can(principal, permission, obj):
        return
    if obj is not None and reaches(principal, permission):
        raise NotFound(_("There is no such record, or it is not in your reach."))
    raise NotAllowed(_("Your role does not allow this."))


def scope(
    principal: Principal | None, queryset: QuerySet[Any], permission: str | None = None
) -> QuerySet[Any]:
    """Keep the rows the principal may see (or may do `permission` to)."""
    if queryset.model not in _models:
        raise LookupError(f"{queryset.model._meta.label} is not registered with the policy")
    view, _person = _models[queryset.model]
    asked = permission or view
    readable = _readable(principal, queryset.model, asked)
    rows = queryset if readable is None else queryset.filter(readable)
    return _within(principal, rows, reaches(principal, asked))


def _readable(principal: Principal | None, model: type[Model], permission: str) -> Q | None:
    """Return which rows of a model a principal who has the reach may read; None is all of them."""
    if principal is None or model not in _narrowed or permission != _models[model][0]:
        return None
    narrowing, path = _narrowed[model]
    return narrowing(principal, path)


def _within(
    principal: Principal | None, queryset: QuerySet[Any], held: Iterable[str]
) -> QuerySet[Any]:
    held = frozenset(held)
    if ANY in held:
        return queryset
    _view, person = _models[queryset.model]
    if principal is None or not held or person is None:
        return queryset.none()
    condition = Q()
    for name in sorted(held):
        condition |= _reaches[name](principal, person)
    return queryset.filter(condition)
