"""The catalogue's files by command: the same tables, in one's own name alone."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from assays.models import (
    AssayVersion,
    CatalogueImport,
)
from labsys.accounts.roles import Role
from tests import factories, laboratory
from tests.assays.catalogue.tables import edited, new_limit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def loaded() -> None:
    laboratory.load_catalogue()


@pytest.fixture
def author():
    return factories.principal(Role.QUALITY_MANAGER, name="author")


def type_in(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Have a command find this on its standard input."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def test_the_commands_write_and_read_the_same_tables(
    author, tmp_path: Path, capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    call_command("export_catalogue", str(tmp_path), separator="semicolon")
    (tmp_path / "comments.csv").unlink()
    files = sorted(map(str, tmp_path.glob("*.csv")))
    call_command("import_catalogue", *files, by="author")
    assert "Nothing would change." in capsys.readouterr().out

    (tmp_path / "new.csv").write_text(edited("ranges", new_limit))
    call_command("import_catalogue", str(tmp_path / "new.csv"), by="author")
    assert not AssayVersion.objects.filter(status="DRAFT").exists()
    type_in(monkeypatch, f"{factories.PASSWORD}\n")
    call_command("import_catalogue", str(tmp_path / "new.csv"), by="author", note="n", apply=True)
    assert AssayVersion.objects.filter(status="DRAFT").count() == 1
    with pytest.raises(CommandError, match="Nobody logs in"):
        call_command("import_catalogue", str(tmp_path / "new.csv"), by="nobody")


@pytest.mark.parametrize("typed", ["", "\n", "a guess of somebody else\n", "x" * 300])
def test_nobody_drafts_in_the_name_of_another_from_the_console(
    author, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    (tmp_path / "new.csv").write_text(edited("ranges", new_limit))
    type_in(monkeypatch, typed)

    with pytest.raises(CommandError, match="do not go together"):
        call_command("import_catalogue", str(tmp_path / "new.csv"), by="author", apply=True)

    assert not AssayVersion.objects.filter(status="DRAFT").exists()
    assert not CatalogueImport.objects.exists()
