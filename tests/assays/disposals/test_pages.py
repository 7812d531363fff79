"""The pages of disposal: a batch proposed by one, confirmed by another."""

from __future__ import annotations

import pytest
from django.urls import reverse

from assays.models import (
    Specimen,
)
from labsys.accounts.roles import Role
from tests import factories
from tests.assays.disposals.test_disposals import kept, retain
from tests.clients import client_of

pytestmark = pytest.mark.django_db


def test_a_batch_is_proposed_and_confirmed_by_its_pages(client, worker, manager, assay) -> None:
    retain(assay, days=7, by=worker, approver=factories.principal(Role.PATHOLOGIST))
    specimen = kept(assay)
    listed = client.get(reverse("disposals")).content.decode()
    nothing = client.post(reverse("disposals"), {"method": "burnt"})
    assert 'value="burnt"' in nothing.content.decode()
    client.post(reverse("disposals"), {"specimen": [specimen.pk], "method": "autoclave"})
    batch = specimen.disposal_lines.get().disposal
    where = reverse("disposal", args=[batch.pk])

    own = client.post(where, {"move": "confirm"})
    client_of(manager).post(where, {"move": "confirm"})

    assert specimen.accession in listed
    assert own.status_code == 409
    assert Specimen.objects.get(pk=specimen.pk).status == "DISPOSED"
    empty = client.post(reverse("disposals"), {"specimen": ["x"], "method": "autoclave"})
    assert empty.status_code == 422
