"""The document of a version: what it says, what kind of PDF it is, and that it never changes."""

from __future__ import annotations

import hashlib
import io
import re
import struct
from decimal import Decimal
from typing import Any

import pytest
import typst
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from assays.actions import reports
from assays.documents import reports as documents
from assays.documents.presenting import presented
from assays.models import ReportDocument, Result
from assays.queries import report_contents, words
from labsys.lib.clock import database_now
from labsys.lib.quantities import Coded, plain
from labsys.work import queue
from labsys.work.models import WorkItem
from labsys.work.registry import Execution, find
from patients.actions import persons
from patients.rules.births import UNKNOWN
from tests.assays.reports.making import Bench, work_off
from tests.patients import people

pytestmark = pytest.mark.django_db


def opened(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(bytes(pdf)))


def text_of(pdf: bytes) -> str:
    """Return the text of all pages, with every run of white space as one space."""
    return " ".join(" ".join(page.extract_text() for page in opened(pdf).pages).split())


def rendered(bench: Bench) -> bytes:
    work_off()
    return bytes(bench.newest.document.pdf)


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


def sample(lines: list[tuple[str, str]], **more: Any) -> dict[str, Any]:
    """A content as a release makes it, without the release: one line per (code, value)."""
    line = {
        "kind": "NUMERIC", "comparator": "", "unit": "g/dL", "value_code": "", "value_text": "",
        "absent_reason": "", "group": "Panel", "section": "CBC", "replaces": None,
        "range": {"text": "12.0 – 15.5", "unknown": "", "is_established": True, "is_verified": True},
        "flags": [], "is_critical": False, "comment": "", "method": "routine", "instrument": "",
        "specimen": "2600000017", "observed_at": "2026-11-21T05:00:00+00:00",
        "verified_by": "Vera", "verified_at": "2026-11-21T05:10:00+00:00",
        "released_by": "Rosa", "released_at": "2026-11-21T05:20:00+00:00",
    }  # fmt: skip
    patient = {
        "name": "Quill, Ada", "record_number": "M1", "born": "1 Jan 2000", "sex": "female",
        "species": "Human",
    }  # fmt: skip
    order = {
        "number": "7", "requester": "Dora", "ordered_at": "2026-11-21T04:00:00+00:00",
        "priority": "ROUTINE", "stay": "", "clinical_question": "",
    }  # fmt: skip
    return {
        "schema": 1, "language": "en", "zone": "UTC", "hospital": "Station hospital",
        "patient": patient, "order": order, "specimens": [], "withdrawn": [], "awaited": [],
        "cancelled": [], "changes": [],
        "results": [
            {**line, "id": n, "code": code, "name": f"Analyte {code}", "value": value,
             "shown": value}
            for n, (code, value) in enumerate(lines)
        ],
        "version": {
            "report": 3, "number": 1, "status": "FINAL", "reason": "", "made_by": "Rosa",
            "made_at": "2026-11-21T05:20:00+00:00",
        },
        **more,
    }  # fmt: skip


def test_it_is_archival_and_accessible_by_its_own_metadata(bench: Bench) -> None:
    bench.reported("HGB")
    found = opened(rendered(bench))

    metadata = found.xmp_metadata
    assert metadata is not None
    raw = found.trailer["/Root"]["/Metadata"].get_object().get_data().decode()
    assert re.search(r"pdfaid:part>2<", raw)
    assert re.search(r"pdfaid:conformance>A<", raw)
    assert re.search(r"pdfuaid:part>1<", raw)
    root = found.trailer["/Root"]
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"].value
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value
    assert found.metadata is not None
    assert found.metadata.title == f"Laboratory report {bench.report.pk}, version 1"
    assert root["/OutputIntents"]


def tags(element: Any, found: list[str]) -> list[str]:
    """Return the names of all tags of a structure tree, in reading order."""
    element = element.get_object() if hasattr(element, "get_object") else element
    if isinstance(element, list):
        for one in element:
            tags(one, found)
    elif isinstance(element, DictionaryObject):
        if "/S" in element:
            found.append(str(element["/S"]))
        tags(element.get("/K", []), found)
    return found


def test_headings_and_table_heads_are_tagged(bench: Bench) -> None:
    bench.reported("HGB")

    named = tags(opened(rendered(bench)).trailer["/Root"]["/StructTreeRoot"], [])

    assert {"/H1", "/H2", "/H3", "/Table", "/THead", "/TH", "/TBody", "/TD"} <= set(named)
    assert named.index("/H1") < named.index("/H2") < named.index("/Table")


def fonts(found: PdfReader) -> dict[str, bool]:
    """Return, per font of the document, whether it is embedded."""
    seen = {}
    for page in found.pages:
        for font in page["/Resources"]["/Font"].values():
            (below,) = font.get_object()["/DescendantFonts"]
            described = below.get_object()["/FontDescriptor"].get_object()
            is_embedded = {"/FontFile2", "/FontFile3"} & set(described)
            seen[str(described["/FontName"]).rpartition("+")[2]] = bool(is_embedded)
    return seen


def test_its_fonts_are_inside_and_come_with_typst(bench: Bench) -> None:
    bench.reported("HGB", "21.0")

    seen = fonts(opened(rendered(bench)))

    assert seen
    assert all(seen.values())
    assert all(name.startswith(("Libertinus", "NewCM", "DejaVuSansMono")) for name in seen), seen


def test_the_same_content_gives_the_same_bytes(bench: Bench) -> None:
    bench.reported("HGB")

    first, second = (documents.pdf(bench.newest.content) for _time in range(2))

    assert first == second
    assert hashlib.sha256(first).hexdigest() == hashlib.sha256(rendered(bench)).hexdigest()
    assert bench.newest.document.sha256 == hashlib.sha256(first).hexdigest()


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


def test_what_no_typeface_has_is_written_as_its_number() -> None:
    assert documents.readable("李\x01\u202eA") == "[U+674E][U+0001][U+202E]A"
    assert documents.readable({"a": ["Ž", 1, None]}) == {"a": ["Ž", 1, None]}


def test_a_long_report_repeats_heads_patient_and_page_numbers() -> None:
    lines = [(f"a{n}", f"{n}.0") for n in range(120)]
    content = sample(lines, clinical="")
    content["results"][7]["comment"] = "A long remark. " * 60
    content["results"][8]["name"] = "An analyte with a very long name " * 6

    pages = [" ".join(page.extract_text().split()) for page in opened(documents.pdf(content)).pages]

    assert len(pages) > 2
    for number, page in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in page
        assert "Quill, Ada · M1 · 1 Jan 2000" in page
    for page in pages[:3]:
        assert "Analyte Result Unit Flag Reference range" in page


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


def test_documents_are_kept_byte_by_byte_through_every_later_version(bench: Bench) -> None:
    value = bench.reported("HGB")
    work_off()
    before = {one.pk: (one.sha256, bytes(one.pdf)) for one in ReportDocument.objects.all()}
    persons.name(person=bench.order.person, family="Brook", by=bench.pathologist, at=database_now())
    bench.release(bench.correct(value, "14.0"))
    bench.reported("WBC")
    work_off()

    kept = {one.pk: (one.sha256, bytes(one.pdf)) for one in ReportDocument.objects.all()}
    assert len(kept) == len(bench.versions) == 4
    assert before.items() <= kept.items()
    assert all(hashlib.sha256(pdf).hexdigest() == digest for digest, pdf in kept.values())


def test_a_document_asked_for_early_is_rendered_then_and_only_once(bench: Bench) -> None:
    bench.release(bench.record("HGB"))
    reader, at = bench.pathologist, database_now()

    made = [reports.document(version=bench.newest, by=reader, at=at) for _time in range(2)]
    work_off()

    assert made[0].pk == made[1].pk
    (kept,) = ReportDocument.objects.all()
    assert kept.rendered_by == reader
    assert not WorkItem.objects.exclude(state="DONE").exists()


def test_the_worker_signs_what_it_rendered(bench: Bench) -> None:
    bench.reported("HGB")
    work_off()

    made = ReportDocument.objects.get()
    assert (made.worker, made.task_id, made.rendered_by.name) == (
        "test:1",
        "here",
        "system:evaluate",
    )
    assert made.template == documents.TEMPLATE_VERSION


def test_an_effect_that_is_applied_twice_keeps_the_first_document(bench: Bench) -> None:
    bench.release(bench.record("HGB"))
    handler, execution = find("report", 1), Execution(worker="w", task_id="t")
    claims = queue.claim(kinds=[("report", 1)], worker="w", limit=4)
    effects = handler.prepare(claims, execution)

    for _time in range(2):
        handler.apply(claims, effects, execution)

    assert ReportDocument.objects.count() == 1


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


def test_its_pages_can_be_drawn(bench: Bench) -> None:
    bench.reported("HGB")

    (image,) = documents.images(bench.newest.content, pixels_per_inch=50)

    width, height = struct.unpack(">II", image[16:24])
    assert (round(width / 50 * 25.4), round(height / 50 * 25.4)) == (210, 297)


def test_the_contents_words_are_those_of_the_order(bench: Bench) -> None:
    bench.reported("HGB", comment="haemolytic\nrepeat")

    content, standing = report_contents.snapshot(bench.order.pk)

    assert (standing.has_values, standing.is_open) == (True, True)
    assert content["order"]["number"] == str(bench.order.pk)
    assert content["results"][0]["comment"] == "haemolytic\nrepeat"
    assert "haemolytic repeat" in text_of(rendered(bench))


def test_a_broken_template_parks_the_work_and_keeps_the_version(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(content: Any) -> bytes:
        raise typst.TypstError("no such function")

    monkeypatch.setattr(documents, "pdf", fail)
    bench.reported("HGB")
    work_off()

    work = WorkItem.objects.get(kind="report")
    assert (work.state, work.attempts) == ("PENDING", 1)
    assert "no such function" in work.last_error
    assert bench.newest.number == 1
