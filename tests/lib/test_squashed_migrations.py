"""What an empty database is made by equals what the migrations before made step by step."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.db.migrations.writer import MigrationWriter

from labsys.lib.tables import CreateTables

SQUASHED = {"assays": ("0001_squashed_0039_held_notices", "0039_held_notices")}


def steps(loader: MigrationLoader, app: str, name: str) -> list[migrations.Migration]:
    replaced = loader.disk_migrations[app, name].replaces
    return [loader.disk_migrations[key] for key in replaced]


def models_of(state: ProjectState, app: str) -> dict[str, object]:
    def comparable(name: str, value: object) -> object:
        if name == "triggers":
            return sorted(one.install_sql for one in value)  # type: ignore[attr-defined]
        is_list = name in ("constraints", "indexes")
        return sorted(map(repr, value)) if is_list else value  # type: ignore[call-overload]

    return {
        model.name: (
            {name: MigrationWriter.serialize(field)[0] for name, field in model.fields.items()},
            {name: comparable(name, value) for name, value in model.options.items() if value},
        )
        for (of, _name), model in state.models.items()
        if of == app
    }


def sql_of(operations: list[migrations.operations.base.Operation]) -> Iterator[str]:
    return (str(one.sql) for one in operations if isinstance(one, migrations.RunSQL))


@pytest.mark.parametrize("app", SQUASHED)
def test_the_squashed_migration_leaves_what_the_steps_left(app: str) -> None:
    name, last = SQUASHED[app]
    loader = MigrationLoader(None)
    stepwise = MigrationLoader(None)
    replaced = set(loader.disk_migrations[app, name].replaces)
    gone = {one for one in stepwise.disk_migrations if one[0] == app and one not in replaced}
    while gone:  # the squashed one and what came since, and then what rests on these
        for key in gone:
            del stepwise.disk_migrations[key]
        left = stepwise.disk_migrations.items()
        gone = {key for key, one in left if gone.intersection(one.dependencies)}
    stepwise.load_disk = lambda: None
    stepwise.build_graph()

    whole = loader.project_state((app, name))
    step_by_step = stepwise.project_state((app, last))

    assert models_of(whole, app) == models_of(step_by_step, app)
    before = [one for step in steps(loader, app, name) for one in step.operations]
    assert list(sql_of(loader.disk_migrations[app, name].operations)) == list(sql_of(before))


def test_tables_that_refer_to_each_other_are_made_together() -> None:
    state = ProjectState()
    make = CreateTables(
        [
            migrations.CreateModel(
                one, [("id", models.BigAutoField(primary_key=True)), ("other", link(other))]
            )
            for one, other in (("Hen", "Egg"), ("Egg", "Hen"))
        ]
    )

    make.state_forwards("assays", state)

    hen = state.apps.get_model("assays", "Hen")
    assert hen._meta.get_field("other").related_model._meta.model_name == "egg"


def link(target: str) -> models.ForeignKey:
    return models.ForeignKey(f"assays.{target}", models.PROTECT, related_name="+")
