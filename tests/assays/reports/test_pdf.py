"""What kind of PDF a report is: archival, accessible, with its fonts, and the same bytes each time."""

from __future__ import annotations

import hashlib
import re
import struct
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from assays.documents import reports as documents
from tests.assays.reports.making import Bench
from tests.assays.reports.pdfs import opened, rendered, sample

pytestmark = pytest.mark.django_db


@pytest.fixture
def bench() -> Bench:
    return Bench("HGB", "WBC")


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


def test_its_pages_can_be_drawn(bench: Bench) -> None:
    bench.reported("HGB")

    (image,) = documents.images(bench.newest.content, pixels_per_inch=50)

    width, height = struct.unpack(">II", image[16:24])
    assert (round(width / 50 * 25.4), round(height / 50 * 25.4)) == (210, 297)
