"""Two entries of one person are read as one, without chains, and parted again without loss."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import models
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed, Refusal
from labsys.lib.records import Audit
from patients import queries
from patients.actions import encounters, links, persons
from patients.models import CanonicalPerson, Person, PersonLink, PersonName, PersonUnlink, Species
from patients.queries.identities import heads_of
from tests import factories
from tests.patients import people

pytestmark = pytest.mark.django_db


def linked(duplicate: Person, survivor: Person) -> PersonLink:
    return links.link(
        by=people.infection_control(),
        at=database_now(),
        duplicate=duplicate,
        survivor=survivor,
        reason="same passport",
    )


def parted(link: PersonLink) -> links.Parted:
    return links.unlink(
        by=people.infection_control(), at=database_now(), link=link, reason="two people"
    )


def test_a_duplicate_is_read_as_its_survivor() -> None:
    one, two = people.person(), people.person()

    linked(one, two)

    assert queries.canonical(one) == two
    assert queries.canonical(two) == two
    assert queries.entries(one.pk) == queries.entries(two.pk) == {one.pk, two.pk}


def test_linking_rewrites_no_row() -> None:
    one, two = people.person(), people.person()
    before = list(PersonName.objects.order_by("pk").values())

    linked(one, two)

    assert list(PersonName.objects.order_by("pk").values()) == before


def test_an_undone_link_leaves_both_as_they_were_and_can_be_made_again() -> None:
    one, two = people.person(), people.person()
    link = linked(one, two)

    parted(link)

    assert queries.canonical(one) == one
    assert queries.entries(two.pk) == {two.pk}
    linked(two, one)
    assert queries.canonical(two) == one


def test_undoing_returns_what_was_recorded_meanwhile() -> None:
    one, two, other = people.person(), people.person(), people.person()
    link = linked(one, two)
    by, at = people.infection_control(), database_now()
    name = persons.name(by=by, at=at, person=one, family="Meanwhile")
    persons.name(by=by, at=at, person=other, family="Elsewhere")
    stay = people.admitted(two)

    made = parted(link)

    assert {(one.model.__name__, one.ids) for one in made.meanwhile} == {
        ("PersonName", (name.pk,)),
        ("Encounter", (stay.pk,)),
    }


def test_every_table_about_persons_says_when_its_rows_were_recorded() -> None:
    """So that an undone link misses nothing, whichever app the table belongs to."""
    about = [
        model
        for model in apps.get_models()
        if model is not CanonicalPerson
        and getattr(model, "AUDIT", None) is not Audit.OPERATIONAL
        and any(field.related_model is Person for field in model._meta.concrete_fields)
    ]

    assert len(about) > 10
    for model in about:
        moment = model
        for step in model.RECORDED_AT.split("__"):
            field = moment._meta.get_field(step)
            moment = field.related_model
        assert isinstance(field, models.DateTimeField), model


def test_links_never_make_a_chain() -> None:
    one, two, three = people.person(), people.person(), people.person()
    linked(one, two)

    with pytest.raises(Conflict, match="already linked"):
        linked(one, three)
    with pytest.raises(Conflict, match="Other entries are read as the first"):
        linked(two, three)
    with pytest.raises(Conflict, match="itself read as another"):
        linked(three, one)
    with pytest.raises(Conflict, match="Other entries are read as the first"):
        linked(two, one)


def test_several_duplicates_share_a_survivor() -> None:
    one, two, three = people.person(), people.person(), people.person()

    linked(one, three)
    linked(two, three)

    assert queries.entries(one.pk) == {one.pk, two.pk, three.pk}


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.booleans()), min_size=1, max_size=8)
)
def test_whatever_is_linked_and_parted_every_entry_is_read_as_one(
    deeds: list[tuple[int, int, bool]],
) -> None:
    """The law of the view: reading is idempotent, and parting everything is the identity."""
    entries = [people.person() for _ in range(4)]
    for first, second, is_link in deeds:
        try:
            if is_link:
                linked(entries[first], entries[second])
            else:
                parted(PersonLink.objects.active().get(duplicate=entries[first]))
        except (Refusal, PersonLink.DoesNotExist):
            continue

    mine = CanonicalPerson.objects.filter(person__in=entries)
    heads = dict(mine.values_list("person_id", "canonical_id"))
    assert set(heads) == {entry.pk for entry in entries}
    assert all(heads[head] == head for head in heads.values())
    for head in heads.values():
        assert heads_of([head]) == {one: head for one in heads if heads[one] == head}
    assert heads_of(heads) == heads
    for link in PersonLink.objects.active().filter(duplicate__in=entries):
        parted(link)
    assert all(row.person_id == row.canonical_id for row in mine.all())


def test_a_link_is_refused_with_a_reason() -> None:
    one = people.person()

    with pytest.raises(InvalidInput, match="to itself"):
        linked(one, one)
    with pytest.raises(InvalidInput, match="Say why"):
        links.link(
            by=people.infection_control(),
            at=database_now(),
            duplicate=one,
            survivor=people.person(),
            reason="",
        )
    with pytest.raises(NotAllowed):
        links.link(
            by=factories.principal(Role.NURSE),
            at=database_now(),
            duplicate=one,
            survivor=people.person(),
            reason="same",
        )


def test_entries_of_two_species_are_not_one_person() -> None:
    other = people.species()

    with pytest.raises(Conflict, match="differ in species"):
        linked(people.person(), people.person(species=other))
    assert Species.objects.count() == 2


def test_nobody_is_linked_into_two_wards() -> None:
    one, two = people.person(), people.person()
    people.admitted(one)
    stay = people.admitted(two)

    with pytest.raises(Conflict, match="Both entries are in a ward"):
        linked(one, two)
    at = database_now()
    encounters.discharge(by=people.infection_control(), at=at, encounter=stay, ended_at=at)

    assert linked(one, two).pk


def test_a_link_is_undone_once() -> None:
    link = linked(people.person(), people.person())
    parted(link)

    with pytest.raises(Conflict, match="undone already"):
        parted(link)
    assert PersonUnlink.objects.count() == 1
