"""What a process keeps of exposures is what the table says: after every kind of row, and at the same cost."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labsys.lib import readiness
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from patients import queries
from patients.actions import exposures, links
from patients.models import Agent, Exposure, Person
from patients.queries import chain_keeping, chains
from patients.queries.chains import Asked
from patients.rules.chains import follow
from tests.patients import people
from tests.patients.exposed import AGENT, chain, exposed

pytestmark = pytest.mark.django_db
ASKED = Asked(AGENT)


def persons_around(person: Person, asked: Asked = ASKED) -> set[int]:
    found = chains.around(asked, person.pk)
    return set(found.persons) if found else set()


def ids(*persons: Person) -> set[int]:
    return {person.pk for person in persons}


def test_a_cluster_grows_with_every_exposure() -> None:
    one, two, three = chain(3)
    assert persons_around(one) == ids(one, two, three)
    late = people.person()

    exposed(late, three)

    assert persons_around(one) == ids(one, two, three, late)
    (line,) = chains.newest(ASKED, before=None, limit=9)
    assert (line.head, line.persons, line.generations) == (one.pk, 4, 3)


def test_what_was_corrected_joins_nobody() -> None:
    one, two, three = (people.person() for _ in range(3))
    row = exposed(two, one)
    assert persons_around(one) == ids(one, two)
    stated = {name: getattr(row, name) for name in ("agent", "kind", "certainty")}

    at = database_now()
    moments = {"first_at": row.first_at, "last_at": row.last_at}
    corrected = exposures.correct(
        exposure=row,
        person=two,
        source_person=three,
        reason="it was another",
        by=people.infection_control(),
        at=at,
        **stated,
        **moments,
    )

    assert persons_around(one) == set()
    assert persons_around(two) == ids(two, three)
    exposures.retract(exposure=corrected, reason="no", by=people.infection_control(), at=at)
    assert persons_around(two) == set()


def test_only_what_was_asked_for_joins() -> None:
    one, two, three, four = (people.person() for _ in range(4))
    exposed(two, one, certainty="POSSIBLE")
    exposed(three, one, certainty="EXCLUDED")
    exposed(four, one, agent="dust")
    now = database_now()

    assert persons_around(one) == set()
    assert persons_around(one, Asked(AGENT, "POSSIBLE")) == ids(one, two)
    assert persons_around(one, Asked("dust")) == ids(one, four)
    assert persons_around(one, Asked("dust", until=now - timedelta(days=5))) == set()
    assert persons_around(one, Asked("dust", since=now - timedelta(days=5))) == ids(one, four)


def test_an_agent_is_one_by_its_code_and_its_name_in_any_capitals() -> None:
    one, two, three, four = (people.person() for _ in range(4))
    exposed(two, one, agent="Dust")
    exposed(three, two, agent="DUST")
    exposed(four, three, agent="grey powder")
    assert persons_around(one, Asked("dust")) == ids(one, two, three)
    assert ("DUST" in dict(chains.agents())) != ("Dust" in dict(chains.agents()))

    Agent.objects.create(
        code="dust",
        name="Grey powder",
        recorded_at=database_now(),
        recorded_by=people.infection_control(),
    )

    assert persons_around(one, Asked("GREY POWDER")) == ids(one, two, three, four)
    assert chains.agents() == [("Grey powder", 3)]
    late = people.person()
    exposed(late, four, agent="dusT")
    assert persons_around(one, Asked("dust")) == ids(one, two, three, four, late)


def test_an_event_joins_who_was_at_it() -> None:
    one, two = people.person(), people.person()
    exposed(one, event="flight 7")
    exposed(two, event="flight 7", agent="dust")
    exposed(two, event="flight 7")

    assert persons_around(one) == ids(one, two)
    (event,) = chains.events(before=None, limit=9)
    assert (event.name, event.persons, event.agents) == ("flight 7", 2, ("dust", AGENT))


def test_events_and_clusters_are_paged_by_their_newest_row() -> None:
    for n in range(3):
        exposed(people.person(), event=f"event {n}")

    first = chains.events(before=None, limit=2)
    rest = chains.events(before=first[-1].newest, limit=2)
    assert [one.name for one in (*first, *rest)] == ["event 2", "event 1", "event 0"]
    begun = chains.newest(ASKED, before=None, limit=2)
    left = chains.newest(ASKED, before=begun[-1].newest, limit=2)
    assert len({one.head for one in (*begun, *left)}) == 3


def test_what_is_known_costs_one_question() -> None:
    one, *_rest = chain(4)
    persons_around(one)

    with CaptureQueriesContext(connection) as asked:
        persons_around(one)
        chains.totals(ASKED)

    assert len(asked) == 2  # one for each look


def test_what_was_read_ahead_costs_a_reader_one_question(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "close_old_connections", lambda: None)  # keep the transaction
    exposed(people.person(), people.person(), agent="dust")
    chain_keeping._known.clear()
    readiness.read()

    with CaptureQueriesContext(connection) as asked:
        chains.newest(Asked("DUST"), before=None, limit=9)

    assert len(asked) == 1


def kept() -> dict[Asked, tuple[object, object]]:
    """Return the clusters that this process keeps, and what was told of one that stays as it is."""
    (known,) = (one for one in chain_keeping._known.values() if one.clusters)
    return {asked: (found, found.all()[-1].told) for asked, found in known.clusters.items()}


def test_a_correction_and_a_link_leave_other_clusters_as_they_are() -> None:
    chain(3)
    one, two, three = chain(3)
    other = people.person()
    chains.newest(ASKED, before=None, limit=9)
    before = kept()
    row = exposed(other, three)

    by, at = people.infection_control(), database_now()
    exposures.retract(exposure=row, reason="no", by=by, at=at)
    assert persons_around(one) == ids(one, two, three)
    links.link(by=by, at=at, duplicate=two, survivor=three, reason="same")
    assert persons_around(one) == ids(one, three)

    assert kept() == before
    assert None not in {told for _found, told in kept().values()}


@given(
    pairs=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=8),
    undone=st.sets(st.integers(0, 7)),
    merged=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=2),
)
@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_process_that_was_kept_up_answers_as_one_that_has_just_begun(
    pairs: list[tuple[int, int]], undone: set[int], merged: list[tuple[int, int]]
) -> None:
    by = people._usual(people.Role.INFECTION_CONTROL)
    cast = [people.person() for _ in range(6)]
    rows = [
        exposed(cast[person], cast[source], by=by) for source, person in pairs if source != person
    ]
    chains.totals(ASKED)
    made = []
    for duplicate, survivor in merged:
        with suppress(Refusal):
            who = {"duplicate": cast[duplicate], "survivor": cast[survivor]}
            made.append(links.link(by=by, at=database_now(), reason="same", **who))
    chains.totals(ASKED)
    for number in sorted(undone):
        if number < len(rows):
            exposures.retract(exposure=rows[number], reason="no", by=by, at=database_now())
    older = _joined(cast)
    for link in made[1:]:
        links.unlink(by=by, at=database_now(), link=link, reason="not the same")
    oldest = _joined(cast)
    chain_keeping._known.clear()

    assert oldest == _joined(cast)
    assert made[1:] or older == oldest


def _joined(persons: list[Person]) -> Any:
    found = [chains.around(ASKED, one.pk) for one in persons]
    told = [one and (sorted(one.nodes), sorted(one.links), one.newest) for one in found]
    return told, chains.totals(ASKED), chains.newest(ASKED, before=None, limit=9)


def test_entries_of_one_person_are_one_node_until_they_are_parted() -> None:
    one, two, three = chain(3)
    other = people.person()
    exposed(other, three)
    before = _reads(one, two, three, other)
    by, at = people.infection_control(), database_now()

    link = links.link(by=by, at=at, duplicate=other, survivor=one, reason="same")
    assert persons_around(one) == ids(one, two, three)
    found = chains.around(ASKED, one.pk)
    assert found is not None
    assert follow(found.links).circular
    links.unlink(by=by, at=at, link=link, reason="not the same")

    assert _reads(one, two, three, other) == before


def _reads(*persons: Person) -> Any:
    """Return everything that is read of people and their exposures."""
    by = people._usual(people.Role.INFECTION_CONTROL)
    at = database_now()
    told = []
    for one in persons:
        found = chains.around(Asked(AGENT, "POSSIBLE"), one.pk)
        shown = queries.banner(one, at=at)
        told.append(
            (
                found and (sorted(map(str, found.nodes)), sorted(found.links), found.newest),
                found and follow(found.links),
                sorted(queries.entries(one.pk)),
                queries.canonical(one).pk,
                (shown.person.pk, shown.name, shown.is_linked, shown.other_mrns, shown.identity),
                [hit.read_as for hit in queries.find(by, one.mrn).hits],
                [
                    [(row.row.pk, row.other) for row in side.rows]
                    for side in queries.contacts.of_person(by, one)
                ],
            )
        )
    return told, chains.totals(ASKED), chains.events(before=None, limit=50)


@given(
    pairs=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=5),
    at_event=st.sets(st.integers(0, 4)),
    merged=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=3),
)
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_merging_and_parting_again_changes_nothing_that_is_read(
    pairs: list[tuple[int, int]], at_event: set[int], merged: list[tuple[int, int]]
) -> None:
    by = people._usual(people.Role.INFECTION_CONTROL)
    cast = [people.person() for _ in range(5)]
    for source, person in pairs:
        if source != person:
            exposed(cast[person], cast[source], by=by)
    for person in sorted(at_event):
        exposed(cast[person], event="fair", by=by)
    before = _reads(*cast)

    made = []
    for duplicate, survivor in merged:
        given_ = {"duplicate": cast[duplicate], "survivor": cast[survivor], "reason": "same"}
        # Some may not be linked, because another link stands.
        with suppress(Refusal):
            made.append(links.link(by=by, at=database_now(), **given_))
    chains.totals(ASKED)
    for link in reversed(made):
        links.unlink(by=by, at=database_now(), link=link, reason="not the same")

    assert _reads(*cast) == before


def test_what_a_broken_off_transaction_had_read_is_forgotten() -> None:
    one, two, _three = chain(3)
    before = persons_around(one)
    with transaction.atomic():
        exposed(people.person(), two)
        assert len(persons_around(one)) == 4
        transaction.set_rollback(True)

    assert persons_around(one) == before
    assert Exposure.objects.count() == 2
