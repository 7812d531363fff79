"""The demo sets its scene by the product's own actions, once, in an empty database."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from assays.models import Result, Specimen
from labsys.web.demo import cast, staging
from patients.models import Person
from tests.patients import people


@pytest.fixture(autouse=True)
def _var(tmp_path: Path, settings: object) -> None:
    settings.VAR_DIR = tmp_path


@pytest.mark.django_db
def test_the_scene_is_set_once(tmp_path: Path) -> None:
    call_command("seed_demo", verbosity=0)
    call_command("seed_demo", verbosity=0)

    assert Person.objects.count() == len(cast.PATIENTS)
    specimens = Specimen.objects.all()
    assert {specimen.status for specimen in specimens} == {"RECEIVED"}
    assert not Result.objects.exists()
    logins = json.loads((tmp_path / staging.LOGINS).read_text())
    assert len({login["password"] for login in logins}) == len(cast.STAFF)
    assert (tmp_path / staging.LOGINS).stat().st_mode & 0o777 == 0o600


@pytest.mark.django_db
def test_the_demo_never_mixes_with_patients() -> None:
    people.person(family="Real", given="Patient")

    with pytest.raises(CommandError, match="needs an empty one"):
        call_command("seed_demo", verbosity=0)
