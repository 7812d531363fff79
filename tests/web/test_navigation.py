"""Every menu entry and card leads somewhere, under a permission that exists."""

from __future__ import annotations

import pytest

from labsys.accounts.roles import GRANTS, Role
from labsys.lib import navigation
from tests import factories


def test_every_entry_and_card_resolves_and_names_a_permission() -> None:
    for item in [*navigation.registered(), *navigation.registered_waiting()]:
        assert item.url.startswith("/")
        assert item.permission in GRANTS


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
def test_every_card_counts_for_every_role_that_sees_it(role: Role) -> None:
    for card, count in navigation.waiting_for(factories.principal(role)):
        assert count >= 0, card.url_name
