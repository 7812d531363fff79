"""Staff see what an instrument was told of a specimen, and what it said to that."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from assays.models import Specimen
from labsys.accounts.roles import Role
from tests import factories
from tests.assays import laboratory
from tests.assays.worklists.asking import analyser, ask, astm, qbp

pytestmark = pytest.mark.django_db


@pytest.fixture
def lab() -> SimpleNamespace:
    assays = laboratory.assays(GLU={}, HGB={})
    return SimpleNamespace(
        assays=assays, machine=analyser(assays), specimen=laboratory.specimen([assays["GLU"]])
    )


def signed_in(role: Role) -> Client:
    client = Client()
    client.force_login(factories.principal(role).user)
    return client


def page(client: Client, specimen: Specimen) -> str:
    return client.get(reverse("specimen", args=[specimen.accession])).content.decode()


def test_the_page_of_a_specimen_says_what_instruments_were_told(lab: SimpleNamespace) -> None:
    client = signed_in(Role.TECHNOLOGIST)
    before = page(client, lab.specimen)
    ask(lab.machine, astm(lab.specimen.accession))

    after = page(client, lab.specimen)

    assert "Told to instruments" not in before
    assert "Told to instruments" in after
    assert lab.machine.name in after
    assert "as it asked" in after


def test_the_page_of_a_question_says_what_was_answered_to_each_name(lab: SimpleNamespace) -> None:
    message = ask(lab.machine, astm(lab.specimen.accession, "NOBODY-7"))

    shown = signed_in(Role.TECHNOLOGIST).get(reverse("transmission", args=[message.pk]))

    text = shown.content.decode()
    assert "What was answered" in text
    assert "No specimen has this identifier." in text
    assert "GLU" in text


def test_the_reply_to_a_question_is_shown_beside_it(lab: SimpleNamespace) -> None:
    machine = analyser(lab.assays, driver="hl7-oru-oul")
    message = ask(machine, qbp("NOBODY-7"))

    shown = signed_in(Role.TECHNOLOGIST).get(reverse("transmission", args=[message.pk]))

    assert "RSP" in shown.content.decode()
