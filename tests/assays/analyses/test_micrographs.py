"""Micrographs are taken in once, shown as they are counted, and counted field by field."""

from __future__ import annotations

import subprocess
import sys
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from assays.actions import micrographs as actions
from assays.actions.analyses import micrographs as counting
from assays.actions.analyses import runs
from assays.models import AnalysisRun, Assay, Micrograph, Specimen, StoredContent
from assays.numerics.micrograph.results import METHOD as COUNTED_BY
from assays.numerics.nanite_load import METHOD as LOADED_BY
from assays.queries.analyses import fields
from assays.queries.analyses import runs as run_queries
from assays.rules.analyses import micrographs
from assays.rules.pictures import PictureRefused
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib import contents
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed
from labsys.work.models import WorkItem
from tests import factories
from tests import laboratory as shipped
from tests.assays import laboratory
from tests.assays.analyses import films
from tests.assays.analyses.films import given, png, saved, upload
from tests.assays.evaluation.test_evaluation import typed, work_off
from tests.assays.numerics.micrograph.scenes import scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader() -> Principal:
    return factories.principal(Role.TECHNOLOGIST)


@pytest.fixture
def specimen() -> Specimen:
    return films.specimen()


def counted(specimen: Specimen, by: Principal) -> AnalysisRun:
    run = counting.count(specimen=specimen, by=by, at=database_now())
    work_off()
    run.refresh_from_db()
    return run


def test_fields_are_counted_and_say_the_load_of_the_specimen(reader, specimen) -> None:
    given(specimen, reader, png(1), png(2), png(3, 1), scale="0.2")

    run = counted(specimen, reader)

    assert run.status == "DONE"
    assert (run.outcome["fields"], run.outcome["foreign_bodies"]) == (3, 5)
    assert run.outcome["red_cells"] == 72
    load = run.outcome["load"]
    assert load["per_1000_red_cells"]["value"] == pytest.approx(1000 * 5 / 72)
    assert load["per_1000_red_cells"]["high"] > load["count_error_only_per_1000"]["high"]
    assert load["between_field_cv"] is not None
    assert load["per_ul"] is None
    assert run.outcome["red_cell_um"] == pytest.approx(2 * 18 * 0.2, rel=0.1)
    assert sum(run.outcome["histogram"]) <= 72
    assert set(run.outcome["foreign_body_sizes"]) == {"up_to_1.5_red_cells"}
    part = run.parts.order_by("position")[0]
    assert part.person_id == specimen.person_id
    assert {one["texture"] for one in part.outcome["foreign_bodies"]} == {"even"}


def test_a_verified_red_cell_count_of_the_specimen_gives_the_load_per_microlitre(reader) -> None:
    shipped.load_catalogue()
    red_cells = Assay.objects.get(analyte__code="RBC")
    specimen = laboratory.specimen([red_cells])
    result = typed(specimen, red_cells, "4.80", unit=red_cells.versions.get().unit)
    given(specimen, reader, png(1))

    before = fields.parameters(specimen)
    laboratory.verified(result, "TECHNICALLY_VERIFIED")
    run = counted(specimen, reader)

    assert before["red_cells_per_ul"] is None  # what nobody verified is in no load
    assert run.parameters["red_cell_result"] == result.pk
    load = run.outcome["load"]
    assert load["per_ul"]["value"] == pytest.approx(4.8e6 * 2 / 24)


def test_a_field_that_cannot_be_used_says_why_and_its_neighbours_are_counted(
    reader, specimen
) -> None:
    damaged = png(7)[:-4000]
    blank = saved("PNG", (320, 240))
    given(specimen, reader, png(1), damaged, blank, png(2))

    run = counted(specimen, reader)

    refused = {part.position: part.refusal["code"] for part in run.parts.exclude(refusal=None)}
    assert refused == {2: "PICTURE_DAMAGED", 3: "PICTURE_BLANK"}
    assert (run.status, run.outcome["fields"]) == ("DONE", 2)
    damaged_row = Micrograph.objects.get(name="field-2.png")
    assert damaged_row.view.refusal["code"] == "PICTURE_DAMAGED"
    assert contents.read(damaged_row.content.sha256) == damaged  # the input is kept


def test_a_run_of_which_no_field_can_be_used_has_failed_and_keeps_its_input(
    reader, specimen
) -> None:
    dark = films.field(1)
    file = BytesIO()
    Image.fromarray((dark.pixels * 0.02).astype("uint8")).save(file, "PNG")
    given(specimen, reader, file.getvalue(), png(3)[:-5000])

    run = counted(specimen, reader)

    assert (run.status, run.outcome) == ("FAILED", None)
    codes = sorted(part.refusal["code"] for part in run.parts.all())
    assert codes == ["PICTURE_DAMAGED", "PICTURE_DARK"]
    assert all(contents.read(part.given["sha256"]) for part in run.parts.all())


def test_a_field_without_red_cells_is_refused_by_name(reader, specimen) -> None:
    given(specimen, reader, scene(cells=0).as_bytes(), png(1))

    run = counted(specimen, reader)

    (part,) = run.parts.exclude(refusal=None)
    assert part.refusal["code"] == "NO_RED_CELLS"
    assert run.outcome["fields"] == 1


def test_what_is_refused_by_its_header_is_not_kept(reader, specimen) -> None:
    for content, name in ((films.bomb(), "a.png"), (saved("JPEG"), "a.png"), (b"x", "a.tif")):
        with pytest.raises(PictureRefused):
            actions.add(
                specimen=specimen, file=upload(content), name=name, by=reader, at=database_now()
            )

    assert not Micrograph.objects.exists()
    assert not StoredContent.objects.exists()
    assert not WorkItem.objects.exists()


def test_the_same_picture_is_no_second_field_and_its_bytes_are_kept_once(reader, specimen) -> None:
    (first,) = given(specimen, reader, png(1))
    other = laboratory.specimen([specimen.order.items.get().assay])

    with pytest.raises(Conflict, match=r"is here already, as field-1\.png"):
        given(specimen, reader, png(1))
    (second,) = given(other, reader, png(1))

    assert second.content == first.content
    assert StoredContent.objects.count() == 1
    (shown,) = fields.shown(reader, [second])
    assert shown.is_elsewhere


def test_a_withdrawn_field_is_counted_no_more_and_may_be_given_again(reader, specimen) -> None:
    first, _second = given(specimen, reader, png(1), png(2))
    with pytest.raises(InvalidInput, match="Say why"):
        actions.withdraw(micrograph=first, reason=" ", by=reader, at=database_now())

    actions.withdraw(micrograph=first, reason="another film", by=reader, at=database_now())
    run = counted(specimen, reader)
    given(specimen, reader, png(1))

    assert run.outcome["fields"] == 1
    assert fields.standing(reader, specimen).count() == 2
    with pytest.raises(Conflict, match="withdrawn already"):
        actions.withdraw(micrograph=first, reason="twice", by=reader, at=database_now())


def test_nothing_is_taken_in_of_a_specimen_that_was_not_collected_or_by_who_may_not(
    reader, specimen
) -> None:
    awaited = laboratory.specimen([specimen.order.items.get().assay], status="EXPECTED")

    with pytest.raises(Conflict, match="no film can be made of it"):
        given(awaited, reader, png(1))
    with pytest.raises(NotAllowed):
        given(specimen, factories.principal(Role.NURSE), png(1))
    with pytest.raises(InvalidInput, match="Micrometres per pixel"):
        given(specimen, reader, png(1), scale="0")


def test_nothing_is_counted_of_a_specimen_without_micrographs(reader, specimen) -> None:
    with pytest.raises(InvalidInput, match="nothing to count"):
        counting.count(specimen=specimen, by=reader, at=database_now())


def test_a_repetition_gives_the_same_to_the_bit(reader, specimen) -> None:
    given(specimen, reader, png(1), png(2))
    run = counted(specimen, reader)

    again = runs.repeat(run=run, by=reader, at=database_now())
    work_off()
    again.refresh_from_db()

    compared = run_queries.compared(again)
    assert compared is not None
    assert (compared.is_same, compared.different) == (True, ())
    assert "opencv-python-headless" in run.made_with


def test_bytes_that_were_damaged_in_the_storage_are_never_counted(
    reader, specimen, monkeypatch
) -> None:
    given(specimen, reader, png(1))
    run = counting.count(specimen=specimen, by=reader, at=database_now())

    def damaged(sha256: str) -> Any:
        raise contents.ContentDamaged(sha256)

    monkeypatch.setattr(contents, "read", damaged)
    work_off()
    run.refresh_from_db()

    assert run.status == "QUEUED"  # a fault of ours: tried again, then left to somebody's decision
    assert run.parts.get().done_at is None


def test_the_method_names_what_it_rests_on() -> None:
    assert COUNTED_BY in micrographs.METHOD.split()
    assert LOADED_BY in micrographs.METHOD.split()


def test_what_is_shown_holds_nothing_that_the_camera_wrote(reader, specimen) -> None:
    file = BytesIO()
    exif = Image.Exif()
    exif[0x013B] = "Jane Doe"
    exif[0x0112] = 6  # turned by a quarter
    Image.fromarray(films.field(1).pixels).save(file, "JPEG", exif=exif, quality=95)
    row = actions.add(
        specimen=specimen,
        file=upload(file.getvalue(), "a.jpg"),
        name="a.jpg",
        by=reader,
        at=database_now(),
    )
    work_off()

    row.refresh_from_db()
    shown = contents.read(row.view.picture.sha256)
    assert b"Jane" in file.getvalue()
    assert b"Jane" not in shown
    assert (row.view.width, row.view.height) == (360, 480)
    assert Image.open(BytesIO(shown)).size == (360, 480)
    assert Image.open(BytesIO(contents.read(row.view.thumbnail.sha256))).size == (180, 240)


def test_a_web_process_takes_pictures_in_without_the_tools_that_count() -> None:
    code = (
        "import sys\n"
        "from io import BytesIO\n"
        "from assays.rules import pictures, analyses\n"
        "from assays.rules.analyses import micrographs\n"
        "from PIL import Image\n"
        "file = BytesIO(); Image.new('RGB', (64, 64)).save(file, 'PNG')\n"
        "pictures.inspect(file, name='a.png', size=len(file.getvalue()))\n"
        "assert not {'numpy', 'cv2', 'scipy', 'numba'} & set(sys.modules), 'loaded'\n"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
