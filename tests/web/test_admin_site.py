"""The admin's own pages: the list of tables is made where it is shown, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from labsys.accounts.roles import Role
from labsys.web.admin_site import LabAdminSite
from tests.clients import client_of
from tests.factories import principal

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note each time that the list of tables is put together."""
    times: list[str] = []
    build = LabAdminSite._build_app_dict

    def noted(site: LabAdminSite, request: Any, label: str | None = None) -> Any:
        times.append(request.path)
        return build(site, request, label)

    monkeypatch.setattr(LabAdminSite, "_build_app_dict", noted)
    return times


def test_a_list_of_records_does_not_make_the_list_of_tables(made: list[str]) -> None:
    answer = client_of(principal(Role.PATHOLOGIST)).get(reverse("admin:assays_analyte_changelist"))

    assert answer.status_code == 200
    assert made == []


@pytest.mark.parametrize("app", [None, "assays"])
def test_the_list_of_tables_is_made_once(made: list[str], app: str | None) -> None:
    client = client_of(principal(Role.PATHOLOGIST))
    address = reverse("admin:app_list", args=[app]) if app else reverse("admin:index")

    answer = client.get(address)

    assert reverse("admin:assays_analyte_changelist") in answer.content.decode()
    assert made == [address]
