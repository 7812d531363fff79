"""Values that an instrument had not finished end as no results once their final one is recorded."""

from __future__ import annotations

from typing import Any

import pytest

from assays.actions import preliminary
from assays.models import Result
from labsys.accounts.models import Principal
from labsys.lib.clock import database_now
from tests.assays import laboratory
from tests.assays.interpreting import plain
from tests.assays.interpreting.plain import ends, message, read, reading

pytestmark = pytest.mark.django_db


def early(specimen: Any, code: str = "HB", **more: Any) -> dict[str, Any]:
    """A value of status P, as its instrument sends it first."""
    return {**reading(specimen, code, **more), "doubts": [["NOT_FINAL", {"status": "P"}]]}


def sweep() -> int:
    return preliminary.settle(by=Principal.objects.system("sweep"), at=database_now())


def test_the_final_value_ends_the_preliminary_one(lab, specimen) -> None:
    (first,) = read(lab.instrument, message(early(specimen, value="13.0")))
    assert (ends(first), sweep()) == (["NOT_FINAL"], 0)

    read(lab.instrument, message(reading(specimen, value="13.2")))

    assert sweep() == 1
    first.refresh_from_db()
    item = first.items.get()
    assert (item.status, first.status) == ("NOT_A_RESULT", "FILED")
    assert f"result {Result.objects.get().pk}" in item.events.get().reason
    assert sweep() == 0


def test_of_one_message_the_final_value_behind_it_counts(lab, specimen) -> None:
    (sent,) = read(lab.instrument, message(early(specimen), reading(specimen, value="13.2")))

    sweep()

    assert ends(sent) == ["NOT_A_RESULT", "RECORDED"]


def test_a_final_value_that_waited_ends_it_when_it_is_recorded(lab) -> None:
    first, final = read(
        lab.instrument, message(early("NORTH 7")), message(reading("NORTH 7", value="13.2"))
    )
    assert (ends(final), sweep()) == (["UNKNOWN_SPECIMEN"], 0)
    specimen = laboratory.specimen(list(lab.assays.values()))
    with laboratory.setting_up() as stamp:
        specimen.identifiers.create(system="urn:north", value="NORTH 7", **stamp)
    plain.sweep()
    plain.work_off()

    sweep()

    assert (ends(first), ends(final)) == (["NOT_A_RESULT"], ["RECORDED"])


@pytest.mark.parametrize("what", ["code", "run", "specimen", "instrument", "earlier", "held"])
def test_nothing_else_ends_it(lab, specimen, what) -> None:
    final = reading(specimen, value="13.2")
    by = lab.instrument
    if what == "code":
        final = reading(specimen, "WBC", "5.5", unit="10*3/uL")
    elif what == "run":
        final["run"] = "2"
    elif what == "specimen":
        final["specimen"] = laboratory.specimen([lab.assays["HGB"]]).accession
    elif what == "instrument":
        by = plain.instrument({"HB": lab.assays["HGB"]}, sender="other")
    elif what == "held":
        final["unit"] = "mmol/L"
    if what == "earlier":
        read(by, message(final))
        (first,) = read(lab.instrument, message(early(specimen, value="13.4")))
    else:
        (first,) = read(lab.instrument, message(early(specimen)))
        read(by, message(final))

    assert (sweep(), ends(first)) == (0, ["NOT_FINAL"])
