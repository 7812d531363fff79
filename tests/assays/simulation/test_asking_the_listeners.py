"""A simulated instrument asks the real listeners, and is told what is ordered on its specimen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assays.instruments.dialects import Dialect
from assays.models import Specimen
from assays.senders import asking
from assays.senders.asking import Asked
from assays.senders.lines import Line
from labsys.lib.clock import database_now
from tests.assays import laboratory
from tests.assays.listeners.listening import Listening, listening

DRIVERS = {Dialect.ASTM: "lis2a2", Dialect.HL7: "hl7-oru-oul"}


@pytest.fixture
def listeners(fresh_database: str) -> Iterator[Listening]:
    assays = laboratory.assays(GLU={"unit": "mmol/L"}, NA={"unit": "mmol/L"})
    for dialect, driver in DRIVERS.items():
        laboratory.instrument(
            assays,
            code=f"analyser-{dialect.lower()}",
            protocol=dialect.value,
            driver=driver,
            settings={"sender": f"ASKING-{dialect}"},
            peer_networks=["127.0.0.0/8"],
        )
    laboratory.specimen(list(assays.values()))
    with listening() as made:
        yield made


def ask(listeners: Listening, dialect: Dialect, specimen: str, **options: bool) -> Asked:
    line = Line(("127.0.0.1", listeners.ports[dialect]), patience=10)
    at = database_now()
    text = asking.query(dialect, f"ASKING-{dialect}", specimen, f"Q-{specimen}", at)
    asked = Asked(specimen)
    if dialect is Dialect.ASTM:
        asking.ask_astm(line, asked, text, patience=40, **options)
    else:
        asking.ask_hl7(line, asked, text, patience=40)
    line.close()
    return asked


@pytest.mark.parametrize("dialect", DRIVERS)
def test_what_is_ordered_is_told(listeners: Listening, dialect: Dialect) -> None:
    asked = ask(listeners, dialect, Specimen.objects.get().accession)

    assert asked.is_delivered
    assert sorted(asked.codes) == ["GLU", "NA"]


@pytest.mark.parametrize("dialect", DRIVERS)
def test_of_a_specimen_that_nobody_knows_no_work_is_told(
    listeners: Listening, dialect: Dialect
) -> None:
    asked = ask(listeners, dialect, "2600099999")

    assert asked.is_delivered
    assert asked.codes == []


def test_who_bids_against_the_answer_is_told_all_the_same(listeners: Listening) -> None:
    asked = ask(listeners, Dialect.ASTM, Specimen.objects.get().accession, contends=True)

    assert sorted(set(asked.codes)) == ["GLU", "NA"]
