"""A09 (OpenEyes CVE-2021-40375): the page that refused still carried the patient's data.

Every address is walked for this in tests/architecture/test_access_matrix.py; here is the plain case.
"""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from labsys.accounts.roles import Role
from tests import factories
from tests.patients import people

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "role", [Role.NURSE, Role.WARD_DOCTOR, Role.VISITING_CLINICIAN, Role.QUALITY_MANAGER]
)
def test_a_refusal_holds_nothing_of_the_patient(role: Role) -> None:
    person = people.person(family="CANARYFAMILY", given="Canarygiven")
    client = Client()
    backend = "labsys.accounts.backends.PrincipalBackend"
    client.force_login(factories.principal(role).user, backend=backend)

    for address in (
        reverse("person", args=[person.uid]),
        reverse("admin:patients_person_change", args=[person.pk]),
        reverse("order-new") + f"?person={person.uid}",
    ):
        answer = client.get(address)
        text = answer.content.decode()
        assert answer.status_code in (403, 404)
        assert not [word for word in ("CANARYFAMILY", "Canarygiven", person.mrn) if word in text]


def test_out_of_reach_reads_like_absent() -> None:
    person = people.person(family="CANARYFAMILY")
    client = Client()
    backend = "labsys.accounts.backends.PrincipalBackend"
    client.force_login(factories.principal(Role.WARD_DOCTOR).user, backend=backend)
    nobody = "00000000-0000-0000-0000-000000000000"

    there = client.get(reverse("person", args=[person.uid]))
    absent = client.get(reverse("person", args=[nobody]))

    assert there.status_code == absent.status_code == 404
    texts = [
        page.content.decode().replace(str(person.uid), nobody).partition("</head>")[2]
        for page in (there, absent)
    ]
    tokens = [text.partition('csrfmiddlewaretoken" value="')[2][:64] for text in texts]
    assert texts[0].replace(tokens[0], "") == texts[1].replace(tokens[1], "")
