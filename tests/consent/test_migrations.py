"""What migrations make of rows that were recorded before them."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.db import DatabaseError, connections

from tests.consent.programme import World


def test_old_versions_are_filled_in_from_their_programme(fresh_database) -> None:
    world = World(asks={"name": "Inner survey", "destination": "Station 9"})
    fill = import_module("consent.migrations.0023_version_names").FILL
    owner = connections["owner"]
    owner.settings_dict["NAME"] = fresh_database

    with owner.cursor() as cursor:
        cursor.execute(fill)

    founded = world.programme.founding_name
    assert (world.programme.name, world.programme.destination) == (founded, "")
    with pytest.raises(DatabaseError, match="labsys"), owner.cursor() as cursor:
        cursor.execute("UPDATE consent_programmeversion SET name = 'Other'")
    owner.close()
