"""What a process has read of exposures is settled once nothing can be committed before it any more."""

from __future__ import annotations

from datetime import timedelta
from threading import Event, Thread
from time import sleep

import pytest
from django.db import connection, transaction

from patients.models import Person
from patients.queries import chain_keeping, chains
from patients.queries.chains import Asked
from tests.patients import people
from tests.patients.exposed import AGENT, chain, exposed


def persons_around(person: Person) -> set[int]:
    found = chains.around(Asked(AGENT), person.pk)
    return set(found.persons) if found else set()


def known_of(database: str) -> chain_keeping.Known:
    (known,) = (one for place, one in chain_keeping._known.items() if database in place)
    return known


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain_keeping, "LONGEST_STATEMENT", timedelta(0))


def test_what_is_settled_is_not_counted_again(fresh_database: str) -> None:
    one, _two, three = chain(3)
    for _look in range(200):
        persons_around(one)
        known = known_of(fresh_database)
        if known.horizon == known.newest:
            break
        sleep(0.1)  # whatever else is open in this PostgreSQL, in the tests beside, is waited for

    assert (known.horizon, known.beyond) == (known.newest, set())
    late = people.person()
    exposed(late, three)

    assert late.pk in persons_around(one)


def test_a_row_that_is_committed_after_a_later_one_is_read(fresh_database: str) -> None:
    one, two = chain(2)
    late, later, by = people.person(), people.person(), people.infection_control()
    written, seen = Event(), Event()

    def write() -> None:
        with transaction.atomic():
            exposed(late, two, by=by)
            written.set()
            seen.wait(timeout=20)
        connection.close()

    writer = Thread(target=write)
    writer.start()
    assert written.wait(timeout=20)
    exposed(later, two, by=by)
    for _look in range(4):
        assert persons_around(one) == {one.pk, two.pk, later.pk}
    seen.set()
    writer.join(timeout=20)

    assert persons_around(one) == {one.pk, two.pk, later.pk, late.pk}
