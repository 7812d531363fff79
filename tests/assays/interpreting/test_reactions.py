"""Values that come at the wrong time, for the wrong order, or against what is verified already."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assays.actions import held_items
from assays.models import Result
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from tests import factories
from tests.assays import laboratory
from tests.assays.interpreting import plain
from tests.assays.interpreting.plain import ends, message, read, reading

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("state", "hold"),
    [
        ({"item_status": "COMPLETED", "order_status": "COMPLETED"}, "ORDER_COMPLETED"),
        ({"item_status": "CANCELLED"}, "ORDER_CANCELLED"),
        ({"order_status": "REVOKED", "item_status": "CANCELLED"}, "ORDER_CANCELLED"),
        ({"item_status": "HELD"}, "ORDER_ON_HOLD"),
        ({"status": "UNSATISFACTORY"}, "SPECIMEN_UNUSABLE"),
        ({"status": "EXPECTED"}, "NOT_COLLECTED"),
    ],
)
def test_a_value_for_what_is_over_or_not_begun_is_held(lab, state, hold, by_hand) -> None:
    specimen = laboratory.specimen([lab.assays["HGB"]], **state)

    (stored,) = read(lab.instrument, message(reading(specimen)))

    assert ends(stored) == [hold]
    assert not Result.objects.exists()


def test_what_was_not_ordered_is_never_attached_to_another_order(lab) -> None:
    specimen = laboratory.specimen([lab.assays["WBC"]])

    (stored,) = read(lab.instrument, message(reading(specimen, "HB")))

    assert ends(stored) == ["NOT_ORDERED"]


@pytest.mark.parametrize("status", ["TECHNICALLY_VERIFIED", "RELEASED"])
def test_a_rerun_after_verification_waits_for_a_person(lab, specimen, status, by_hand) -> None:
    read(lab.instrument, message(reading(specimen)))
    laboratory.verified(Result.objects.get(), status)

    (again,) = read(lab.instrument, message(reading(specimen, value="13.9", run="2")))

    assert ends(again) == ["ALREADY_VERIFIED"]
    assert Result.objects.get().status == status


def test_a_repetition_after_verification_is_still_a_repetition(lab, specimen, by_hand) -> None:
    sent = reading(specimen)
    read(lab.instrument, message(sent))
    laboratory.verified(Result.objects.get(), "RELEASED")

    (again,) = read(lab.instrument, message(sent, control_id="2"))

    assert ends(again) == ["DUPLICATE"]


def test_an_older_value_that_arrives_later_is_an_attempt_of_its_own(lab, specimen) -> None:
    newer = reading(specimen, value="13.9", observed_at=plain.days(0.01))
    older = reading(specimen, value="13.2", observed_at=plain.days(0.03))

    read(lab.instrument, message(newer), message(older))

    first, second = Result.objects.order_by("observed_at")
    assert (str(first.value), str(second.value)) == ("13.2", "13.9")


@pytest.mark.parametrize(
    ("more", "hold"),
    [
        ({"unit": "g/L"}, None),
        ({"unit": "mg/dL"}, "UNIT"),
        ({"unit": None}, "UNIT"),
        ({"value": "---"}, "NOT_A_NUMBER"),
        ({"value": "***.**"}, "NOT_A_NUMBER"),
        ({"value": "ValueNotSet"}, "NOT_A_NUMBER"),
        ({"value": ">20.0"}, None),
        ({"code": "HB "}, "UNMAPPED_CODE"),
        ({"code": "hb"}, "UNMAPPED_CODE"),
    ],
)
def test_nothing_is_guessed_of_codes_units_and_numbers(lab, specimen, more, hold) -> None:
    (stored,) = read(lab.instrument, message({**reading(specimen), **more}))

    assert ends(stored) == [hold or "RECORDED"]


@pytest.mark.parametrize("change", ["0{}", " {}", "{} ", "{}0", "{}&ROCHE"])
def test_a_specimen_is_never_trimmed_padded_or_guessed(lab, specimen, change) -> None:
    (stored,) = read(lab.instrument, message(reading(change.format(specimen.accession))))

    assert ends(stored) == ["UNKNOWN_SPECIMEN"]


def test_two_instruments_of_one_model_have_their_own_codes(lab, specimen) -> None:
    other = plain.instrument({"HB": lab.assays["WBC"]})

    (stored,) = read(other, message(reading(specimen, value="5.5", unit="10*3/uL")))

    assert ends(stored) == ["RECORDED"]
    assert Result.objects.get().analyte == lab.assays["WBC"].analyte


def test_the_instruments_flags_are_kept_and_replace_no_judgement_of_ours(lab, specimen) -> None:
    read(lab.instrument, message(reading(specimen, value="11.0", flags="N")))

    result = Result.objects.get()
    assert (result.flags_sent, result.evaluations.get().flags) == ("N", ["L"])


def test_a_glucose_series_keeps_every_specimen_apart(lab) -> None:
    person = laboratory.person()
    series = [
        laboratory.specimen(
            [lab.assays["HGB"]], of=person, collected_ago=timedelta(hours=number + 1)
        )
        for number in range(3)
    ]
    sent = [reading(one, value=f"1{number}.0") for number, one in enumerate(series, 2)]

    read(lab.instrument, message(*sent))

    found = {row.specimen: str(row.value) for row in Result.objects.all()}
    assert found == dict(zip(series, ("12.0", "13.0", "14.0"), strict=True))


def test_a_value_that_waited_long_is_not_too_old_for_having_waited(lab, specimen) -> None:
    (stored,) = read(lab.instrument, message(reading(specimen, "NEW")))
    laboratory.map_code(lab.instrument, "NEW", lab.assays["HGB"])
    later = database_now() + timedelta(days=90)

    held_items.ask_again(
        item=stored.items.get(),
        by=factories.principal(Role.TECHNOLOGIST),
        at=database_now(),
        reason="mapped",
    )
    plain.interpret_at(later)

    assert ends(stored) == ["RECORDED"]
