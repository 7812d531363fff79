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
from tests.clients import client_of

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


def lookups(model: type[models.Model]) -> list[str]:
    """Return what somebody might ask of a model's list to learn of hidden fields."""
    paths = sorted(set(hidden_paths(model)))
    return [f"{path}__{how}" for path in paths for how in ("startswith", "isnull")]


def test_no_list_may_be_filtered_by_what_is_hidden() -> None:
    allowed = [
        f"{model._meta.label}: {lookup}"
        for model, of_model in admin.site._registry.items()
        for lookup in lookups(model)
        if of_model.lookup_allowed(lookup, "a", None)
    ]

    assert not allowed, "\n".join(allowed)


@pytest.mark.django_db
def test_every_list_asks_what_it_may_be_filtered_by() -> None:
    """One hidden field for each page: the rule that it asks is tried with all of them above."""
    answered = []
    clients: dict[Role, Client] = {}
    for model in admin.site._registry:
        view, _person = policy.registered_models()[model]
        role = next(role for role in Role if GRANTS[view].get(role) == policy.ANY)
        client = clients[role] if role in clients else clients.setdefault(role, client_of(role))
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for lookup in lookups(model)[:1]:
            status = client.get(f"{address}?{lookup}=a").status_code
            answered += [f"{address}?{lookup} is answered {status}"] if status != 400 else []

    assert not answered, "\n".join(answered)


def test_there_are_hidden_fields_to_find() -> None:
    found = {path.rpartition("__")[2] for one in admin.site._registry for path in hidden_paths(one)}

    assert {"password", "digest", "session_key"} <= found
