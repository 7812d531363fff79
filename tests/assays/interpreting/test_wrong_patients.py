"""Names of specimens that are nearly somebody's: none of them ever reaches a patient's record."""

from __future__ import annotations

import pytest

from assays.models import Result
from assays.rules.accession import make
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from patients.actions import persons
from tests import factories
from tests.assays import laboratory
from tests.assays.evaluation.test_evaluation import work_off
from tests.assays.interpreting import plain
from tests.assays.interpreting.plain import ends, message, read, reading
from tests.patients import people

pytestmark = pytest.mark.django_db

FULLWIDTH = {ord(digit): chr(ord(digit) + 0xFEE0) for digit in "0123456789"}
ARABIC = {ord(digit): chr(0x0660 + int(digit)) for digit in "0123456789"}


def swapped(text: str) -> str:
    """Two neighbouring digits in each other's place: what a hurried hand types."""
    at = next(i for i in range(len(text) - 1) if text[i] != text[i + 1])
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


OF_ACCESSIONS = {
    "padded before": lambda one: f" {one}",
    "padded behind": lambda one: f"{one} ",
    "a tab": lambda one: f"{one}\t",
    "a no-break space": lambda one: f"{one}\u00a0",
    "a zero-width space": lambda one: f"{one[:4]}\u200b{one[4:]}",
    "a byte order mark": lambda one: f"\ufeff{one}",
    "a direction mark": lambda one: f"\u202e{one[::-1]}",
    "a NUL": lambda one: f"{one}\x00",
    "a leading zero": lambda one: f"0{one}",
    "leading zeros": lambda one: f"000{one}",
    "no check digit": lambda one: one[:-1],
    "another check digit": lambda one: one[:-1] + str((int(one[-1]) + 1) % 10),
    "digits swapped": swapped,
    "one digit more": lambda one: f"{one}0",
    "cut before": lambda one: one[1:],
    "full-width digits": lambda one: one.translate(FULLWIDTH),
    "Arabic digits": lambda one: one.translate(ARABIC),
    "the letter O": lambda one: one.replace("0", "O"),
    "the letter l": lambda one: one.replace("6", "b").replace("1", "l"),
    "a superscript": lambda one: one[:-1] + "\u00b9",
    "an aliquot's suffix": lambda one: f"{one}-1",
    "a rack's suffix": lambda one: f"{one}^01^1",
    "a maker's suffix": lambda one: f"{one}&ROCHE",
    "a wildcard": lambda one: f"{one[:-1]}%",
    "an underscore": lambda one: f"{one[:-1]}_",
    "a quote": lambda one: f"{one}'",
    "with separators": lambda one: f"{one[:2]}-{one[2:]}",
    "a float": lambda one: f"{one}.0",
    "an exponent": lambda one: f"{one}e0",
    "signed": lambda one: f"+{one}",
    "twice": lambda one: f"{one}{one}",
    "nothing": lambda one: "",
    "only blanks": lambda one: "   ",
}

OF_IDENTIFIERS = {
    "upper case": str.upper,
    "lower case": str.lower,
    "padded": lambda one: f"{one} ",
    "a leading zero less": lambda one: one.replace("-007", "-07"),
    "a leading zero more": lambda one: one.replace("-007", "-0007"),
    "a Cyrillic a": lambda one: one.replace("a", "\u0430"),
    "a Greek omicron": lambda one: one.replace("o", "\u03bf"),
    "a decomposed letter": lambda one: one.replace("\u00e9", "e\u0301"),
    "without its accent": lambda one: one.replace("\u00e9", "e"),
    "another hyphen": lambda one: one.replace("-", "\u2011"),
    "with its system": lambda one: f"urn:north {one}",
    "a suffix": lambda one: f"{one}&L",
}
IDENTIFIER = "Noya\u00e9-007"


def identified(specimen, value: str, system: str = "urn:north"):
    with laboratory.setting_up() as stamp:
        specimen.identifiers.create(system=system, value=value, **stamp)
    return specimen


@pytest.mark.parametrize("attack", OF_ACCESSIONS)
def test_what_is_nearly_an_accession_is_nobodys(lab, specimen, attack) -> None:
    sent = OF_ACCESSIONS[attack](specimen.accession)
    assert sent != specimen.accession

    (stored,) = read(lab.instrument, message(reading(sent)))

    assert not Result.objects.exists()
    assert ends(stored)[0] in ("UNKNOWN_SPECIMEN", "NO_SPECIMEN")


@pytest.mark.parametrize("attack", OF_IDENTIFIERS)
def test_what_is_nearly_an_identifier_is_nobodys(lab, specimen, attack) -> None:
    identified(specimen, IDENTIFIER)
    sent = OF_IDENTIFIERS[attack](IDENTIFIER)
    assert sent != IDENTIFIER

    (stored,) = read(lab.instrument, message(reading(sent)))

    assert (ends(stored), Result.objects.count()) == (["UNKNOWN_SPECIMEN"], 0)


def test_the_identifier_itself_is_its_specimens(lab, specimen) -> None:
    identified(specimen, IDENTIFIER)

    read(lab.instrument, message(reading(IDENTIFIER)))

    assert Result.objects.get().specimen == specimen


def test_another_systems_number_that_is_an_accession_here_is_neither(lab, specimen) -> None:
    other = laboratory.specimen([lab.assays["HGB"]])
    identified(other, specimen.accession)

    (stored,) = read(lab.instrument, message(reading(specimen)))

    assert (ends(stored), Result.objects.count()) == (["AMBIGUOUS_SPECIMEN"], 0)


def test_one_number_of_two_systems_is_neither(lab, specimen) -> None:
    other = laboratory.specimen([lab.assays["HGB"]])
    identified(specimen, "4711", "urn:north")
    identified(other, "4711", "urn:south")

    (stored,) = read(lab.instrument, message(reading("4711")))

    assert (ends(stored), Result.objects.count()) == (["AMBIGUOUS_SPECIMEN"], 0)


def test_a_number_given_anew_never_takes_what_waited_for_the_old_one_with_it(lab, specimen) -> None:
    """Two specimens register the awaited name before anybody read the value again."""
    other = laboratory.specimen([lab.assays["HGB"]])
    (stored,) = read(lab.instrument, message(reading("4711")))
    identified(specimen, "4711", "urn:north")
    identified(other, "4711", "urn:south")

    plain.sweep()
    work_off()

    assert (ends(stored), Result.objects.count()) == (["AMBIGUOUS_SPECIMEN"], 0)


def test_neighbours_in_one_message_keep_their_own_values(lab) -> None:
    """Accessions that differ in one place only, all real: each value goes to its own."""
    numbers = [make(2026, 7_000_000 + one) for one in range(1, 21)]
    made = [laboratory.specimen([lab.assays["HGB"]], accession=one) for one in numbers]
    sent = [reading(one, value=f"1{index % 4}.{index % 10}") for index, one in enumerate(made)]

    read(lab.instrument, message(*reversed(sent)))

    found = {one.specimen.accession: str(one.value) for one in Result.objects.all()}
    assert found == {one["specimen"]: one["value"] for one in sent}


def test_a_name_of_nobody_is_never_filed_by_the_patient_it_names(lab, specimen) -> None:
    """Whom a message names is compared, never used to find a specimen."""
    person = specimen.person
    said = {"record_number": person.mrn, "sex": person.sex}

    (stored,) = read(lab.instrument, message(reading("NOBODY", patient=said)))

    assert (ends(stored), Result.objects.count()) == (["UNKNOWN_SPECIMEN"], 0)


def test_another_hospitals_number_that_is_registered_for_somebody_else_is_a_conflict(
    lab, specimen
) -> None:
    people.person(identifiers=[("urn:north", "H-12")])
    said = reading(specimen, patient={"record_number": " H-12 "})
    unknown = reading(specimen, "WBC", "5.5", unit="10*3/uL", patient={"record_number": "H-13"})

    (stored,) = read(lab.instrument, message(said, unknown))

    assert ends(stored) == ["IDENTITY_CONFLICT", "RECORDED"]


def test_a_number_that_is_registered_for_both_names_neither_wrongly(lab, specimen) -> None:
    """Two systems count alike; once the number is registered for the patient too, the value goes on."""
    people.person(identifiers=[("urn:north", "4711")])
    (stored,) = read(lab.instrument, message(reading(specimen, patient={"record_number": "4711"})))
    assert ends(stored) == ["IDENTITY_CONFLICT"]

    persons.add_identifier(
        person=specimen.person,
        system="urn:south",
        value="4711",
        by=factories.principal(Role.TECHNOLOGIST),
        at=database_now(),
    )
    work_off()

    assert ends(stored) == ["RECORDED"]
