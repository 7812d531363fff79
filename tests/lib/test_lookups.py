"""Many ids are asked for as one array, with the answers of Django's own `__in`."""

from __future__ import annotations

import pytest
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.test.utils import CaptureQueriesContext

from labsys.lib.lookups import FEW, one_of
from patients.models import Person, PersonName
from tests.patients import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def several() -> list[Person]:
    return [people.person(family=f"Okafor{n}") for n in range(FEW + 4)]


def test_many_ids_are_one_array(several: list[Person]) -> None:
    wanted = [one.pk for one in several[: FEW + 1]]

    with CaptureQueriesContext(connection) as captured:
        found = set(
            Person.objects.filter(pk__in=[*wanted, *wanted, None]).values_list("pk", flat=True)
        )

    assert found == set(wanted)
    assert "= ANY (" in captured[0]["sql"]


def test_what_is_excluded_is_left_out(several: list[Person]) -> None:
    wanted = [one.pk for one in several[: FEW + 1]]

    left = set(Person.objects.exclude(pk__in=wanted).values_list("pk", flat=True))

    assert left >= {one.pk for one in several[FEW + 1 :]}
    assert left.isdisjoint(wanted)


def test_a_foreign_key_takes_rows_and_ids(several: list[Person]) -> None:
    by_rows = PersonName.objects.filter(person__in=several)
    by_ids = PersonName.objects.filter(person_id__in=[one.pk for one in several])

    assert {one.pk for one in by_rows} == {one.pk for one in by_ids}
    assert by_rows.count() == len(several)
    assert "= ANY (" in str(by_rows.query)


def test_beside_rows_is_fetched_by_array(several: list[Person]) -> None:
    with CaptureQueriesContext(connection) as captured:
        ids = [one.pk for one in several]
        rows = list(Person.objects.filter(pk__in=ids).prefetch_related("names"))
        assert all(len(row.names.all()) == 1 for row in rows)

    assert len(captured) == 2
    assert "= ANY (" in captured[1]["sql"]


def test_few_texts_and_subqueries_stay_as_they_are(several: list[Person]) -> None:
    few = Person.objects.filter(pk__in=[one.pk for one in several[:FEW]])
    texts = Person.objects.filter(mrn__in=[one.mrn for one in several])
    inner = Person.objects.filter(pk__in=PersonName.objects.values("person"))

    assert all(" IN (" in str(rows.query) for rows in (few, texts, inner))
    assert (few.count(), texts.count()) == (FEW, len(several))


def test_a_number_that_is_too_large_for_an_id_finds_nothing(several: list[Person]) -> None:
    ids = [one.pk for one in several]

    assert Person.objects.filter(pk__in=[*ids, 10**30]).count() == len(several)
    assert not Person.objects.filter(pk__in=[10**30 + n for n in range(FEW + 1)]).exists()


def test_no_ids_are_no_rows() -> None:
    assert not Person.objects.filter(pk__in=[]).exists()
    with pytest.raises(EmptyResultSet):
        str(Person.objects.filter(pk__in=[]).query)


def test_one_of_asks_by_array_whatever_their_number(several: list[Person]) -> None:
    ids = [one.pk for one in several[:2]]

    assert set(Person.objects.filter(one_of("pk", ids))) == set(several[:2])
    assert set(
        PersonName.objects.filter(one_of("person", ids)).values_list("person", flat=True)
    ) == set(ids)
    assert not Person.objects.filter(one_of("pk", [])).exists()
