"""The document of a version: what it says of every value, in the hospital's words."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assays.documents import reports as documents
from assays.documents.presenting import presented
from assays.models import Result
from assays.queries import report_contents, words
from labsys.lib.quantities import Coded, plain
from patients.rules.births import UNKNOWN
from tests.assays.reports.making import Bench
from tests.assays.reports.pdfs import opened, rendered, sample, text_of
from tests.patients import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def bench() -> Bench:
    return Bench("HGB", "WBC")


def test_the_document_gives_the_stored_values_to_the_digit(bench: Bench) -> None:
    bench.reported("HGB", "<= 7.100")
    bench.reported("WBC", "13.20")

    text = text_of(rendered(bench))

    for result in Result.objects.all():
        assert f"{words.number(result.value, result.comparator)} {result.unit}" in text
    assert "≤ 7.100 g/dL" in text
    assert "13.20 g/dL" in text


VALUES = st.decimals(
    min_value=0, max_value=10**13, places=None, allow_nan=False, allow_infinity=False
).filter(lambda value: -int(value.as_tuple().exponent) <= 10)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(VALUES, min_size=1, max_size=40))
def test_no_digit_is_lost_between_a_content_and_its_document(
    db: None, values: list[Decimal]
) -> None:
    content = sample(lines=[(f"a{n}", plain(value)) for n, value in enumerate(values)])

    text = text_of(documents.pdf(content))

    for number, value in enumerate(values):
        assert f"Analyte a{number} {plain(value)} g/dL" in text


NAMES = [
    "#strong[Ada] $x$ *b* _i_ `c` <l> @r // end",
    '#eval("1+1") #read("/etc/passwd") \\ #import',
    "Ada\x01\x1b[31m\x7fBell",
    "\u202eevil\u202c \u200bhidden",
    "李雷 😀 ไทย",
    "Łódź Ñandú Ђорђе Ωμέγα",
    "\U000f0000\ue000",
    "   ",
    "-" * 300,
    "W" * 300,
]


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_whatever_somebody_is_called_is_printed_and_never_read(name: str) -> None:
    lines = [("HGB", "13.2")]
    plain_one = sample(lines)
    written = documents.readable(name)

    pdf = documents.pdf(sample(lines, patient={**plain_one["patient"], "name": name}))

    text = text_of(pdf)
    shown = "".join(written.split())
    assert shown in text.replace(" ", "").replace("\n", "")
    assert "13.2 g/dL" in text


def test_a_corrected_document_says_old_new_why_who_and_when(bench: Bench) -> None:
    old = bench.reported("HGB", "13.20")
    bench.reported("WBC", "14.0")
    bench.release(bench.correct(old, "14.10", "tubes were swapped"))

    text = text_of(rendered(bench))

    moment = presented(bench.newest.content)["changes"][0]["why_lines"][1]
    assert "Corrected report" in text
    assert "Corrected: Hgb 13.20 g/dL → 14.10 g/dL" in text
    assert f"tubes were swapped {moment}" in text
    assert moment.startswith(bench.corrector.user.full_name)
    assert "before: 13.20 g/dL" in text
    assert "Values that hold no more" in text


def test_flags_and_missing_ranges_are_said_in_words() -> None:
    bench = Bench("HGB", "WBC", ranges={"WBC": {"low": None, "high": None}})
    bench.reported("HGB", "21.0")
    bench.reported("WBC", "13.0")

    text = text_of(rendered(bench))

    assert "▲▲ critically high" in text
    assert "no range established" in text
    assert "range unverified" in text
    assert "within range" not in text
    assert text.count("normal") == 0


def test_a_range_that_depends_on_what_is_not_known_names_the_candidates() -> None:
    content = sample([("HGB", "13.2")])
    content["results"][0]["range"] = {
        "text": "one of 12.0 – 15.5; 13.5 – 17.5",
        "unknown": "sex",
        "is_established": True,
        "is_verified": False,
    }

    text = text_of(documents.pdf(content))

    assert "one of 12.0 – 15.5; 13.5 – 17.5 not known: sex range unverified" in text


def test_a_finding_in_words_stands_below_its_line_and_a_long_unit_stays_whole() -> None:
    finding = "Smear: many nanites between the red cells,\nsome of them in pairs."
    content = sample([("FILM", finding), ("RATIO", "28.85")])
    content["results"][0] |= {"kind": "TEXT", "value": None, "unit": "", "value_text": finding}
    content["results"][1] |= {"unit": "{nanites}/10*3{RBCs}"}

    text = text_of(documents.pdf(content))

    assert "see below" in text
    assert " ".join(finding.split()) in text
    assert "28.85 nanites/10³ RBCs" in text


def test_times_are_the_hospitals() -> None:
    content = sample([("HGB", "13.2")], zone="Asia/Tokyo")

    text = text_of(documents.pdf(content))

    assert "Ordered 21 Nov 2026 13:00" in text
    assert "All times are in Asia/Tokyo" in text


@override_settings(LANGUAGE_CODE="fr")
def test_a_report_is_written_in_the_hospitals_language(bench: Bench) -> None:
    bench.reported("HGB")

    assert bench.newest.content["language"] == "fr"
    assert opened(rendered(bench)).trailer["/Root"]["/Lang"] == "fr"


def test_a_coded_answer_is_printed_in_words() -> None:
    content = sample([("HIV", "")])
    content["results"][0] |= {
        "kind": "CODED",
        "value": None,
        "unit": "",
        "value_code": "NOT_DETECTED",
        "shown": words.answer_words(Coded("NOT_DETECTED", "labsys").code),
    }

    assert "not detected" in text_of(documents.pdf(content))


def test_somebody_of_another_species_without_a_name_has_a_report() -> None:
    person = people.person(placeholder="found at gate 3", species=people.species(), birth=UNKNOWN)
    bench = Bench("HGB", of=person)
    bench.reported("HGB")

    text = text_of(rendered(bench))

    assert "[found at gate 3]" in text
    assert "Born unknown" in text


def test_the_contents_words_are_those_of_the_order(bench: Bench) -> None:
    bench.reported("HGB", comment="haemolytic\nrepeat")

    content, standing = report_contents.snapshot(bench.order.pk)

    assert (standing.has_values, standing.is_open) == (True, True)
    assert content["order"]["number"] == str(bench.order.pk)
    assert content["results"][0]["comment"] == "haemolytic\nrepeat"
    assert "haemolytic repeat" in text_of(rendered(bench))
