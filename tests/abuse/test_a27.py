"""A27 (Django's admin lookups): a filter on a hidden related field answers by what it leaves out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.db import models
from django.test import Client
from django.urls import reverse

from labsys.accounts.roles import GRANTS, Role
from labsys.lib import policy
from labsys.lib.records import Record
from tests import factories

DEPTH = 3


def hidden_paths(
    model: type[models.Model],
    depth: int = DEPTH,
    prefix: str = "",
    seen: frozenset[Any] = frozenset(),
) -> Iterator[str]:
    """Yield the lookups from a model to every secret or sealed field, by whatever relations."""
    if issubclass(model, Record):
        yield from (prefix + name for name in sorted(model.SECRET | model.SEALED))
        if model._meta.label == "accounts.LoginSession":
            yield prefix + "session_key"
    if depth == 0:
        return
    for field in model._meta.get_fields():
        target = field.related_model
        if isinstance(target, type) and target not in seen:
            yield from hidden_paths(target, depth - 1, f"{prefix}{field.name}__", seen | {model})


@pytest.mark.django_db
@pytest.mark.parametrize("model", admin.site._registry, ids=lambda model: model._meta.label)
def test_no_list_is_filtered_by_what_is_hidden(model: type[models.Model]) -> None:
    view, _person = policy.registered_models()[model]
    role = next(role for role in Role if GRANTS[view].get(role) == policy.ANY)
    client = Client()
    backend = "labsys.accounts.backends.PrincipalBackend"
    client.force_login(factories.principal(role).user, backend=backend)
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")

    answered = [
        lookup
        for path in sorted(set(hidden_paths(model)))
        for lookup in (f"{path}__startswith=a", f"{path}__isnull=0")
        if client.get(f"{address}?{lookup}").status_code != 400
    ]

    assert answered == []


def test_there_are_hidden_fields_to_find() -> None:
    found = {path.rpartition("__")[2] for one in admin.site._registry for path in hidden_paths(one)}

    assert {"password", "digest", "session_key"} <= found
