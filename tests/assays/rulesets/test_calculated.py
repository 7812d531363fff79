"""A calculated value goes out without a person when everything it rests on did, and not otherwise."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from assays.actions import autoverification, controls, rulesets, specimens, versions
from assays.models import Assay, Result, RuleTrace, Specimen
from assays.rules.physiology import Fasting
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from labsys.work import periodic, worker
from labsys.work.registry import Execution
from tests import factories, laboratory
from tests.assays import laboratory as parts
from tests.assays.senders import Sender, item
from tests.patients import people
from tests.signing import sign_limits

pytestmark = pytest.mark.django_db
WORKER = Execution(worker="somewhere:1", task_id="task-1")
LIPIDS = {"CHOL": "180", "HDL": "50", "TRIG": "100"}


class Lipids:
    """An analyser that measures lipids, signed intervals, and a live set of one rule."""

    def __init__(self) -> None:
        laboratory.load_catalogue()
        self.doctor = factories.principal(Role.PATHOLOGIST)
        self.assays = {code: Assay.objects.get(analyte__code=code) for code in (*LIPIDS, "LDL")}
        sign_limits(self.assays.values(), self.doctor)
        analyser = parts.instrument({code: self.assays[code] for code in LIPIDS})
        self.sender = Sender(analyser, parts.key_of(analyser), self.assays)
        given = {"by": factories.principal(Role.QUALITY_MANAGER), "at": database_now()}
        self.rules = rulesets.draft(
            code="lipids",
            name="Lipids",
            note="tried for a month",
            rules=[{"id": "typed", "kind": "MANUAL_ENTRY"}],
            assays=list(self.assays.values()),
            **given,
        )
        by = {"by": self.doctor, "at": database_now()}
        versions.approve(version=self.rules, **by)
        versions.activate(version=self.rules, **by)
        rulesets.go_live(rule_set=self.rules, reason="agreed with people", **by)

    def specimen(self) -> Specimen:
        who = people.person(
            family="Quill",
            given="Ada",
            sex="M",
            birth=laboratory.Birth(date(1980, 1, 2), laboratory.Precision.DAY),
        )
        order = laboratory.order("LIPID", by=self.doctor, of=who)
        (found,) = order.specimens.select_related("person")
        laboratory.collect(
            found, by=factories.principal(Role.TECHNOLOGIST), fasting=Fasting.FASTING
        )
        specimens.receive(
            specimen=found, by=factories.principal(Role.TECHNOLOGIST), at=database_now()
        )
        return found

    def send(self, specimen: Specimen, **values: str) -> None:
        moment = database_now().isoformat()
        sent = [
            item(specimen, code, value, unit="mg/dL", observed_at=moment)
            for code, value in values.items()
        ]
        assert self.sender.send(*sent).json()["status"] == "FILED"

    def hold(self, code: str) -> Any:
        return controls.hold(
            instrument=self.sender.instrument,
            assay=self.assays[code],
            by=self.doctor,
            at=database_now(),
            reason="control failed",
        )


@pytest.fixture
def lipids() -> Lipids:
    return Lipids()


def work_off() -> None:
    periodic.load()
    while worker.drain(WORKER, seconds=60):
        pass


def states(specimen: Specimen) -> dict[str, str]:
    rows = Result.objects.filter(specimen=specimen).exclude(analyte__code="NONHDL")
    return dict(rows.values_list("analyte__code", "status"))


def held_by(specimen: Specimen, code: str = "LDL") -> list[str]:
    trace = RuleTrace.objects.get(result__specimen=specimen, result__analyte__code=code)
    return [
        one["message"] % one["inputs"]
        for one in trace.lines
        if one["outcome"] in ("HOLD", "MISSING_INPUT")
    ]


def test_it_goes_out_with_what_it_rests_on(lipids: Lipids) -> None:
    specimen = lipids.specimen()

    lipids.send(specimen, **LIPIDS)
    work_off()

    assert states(specimen) == dict.fromkeys((*LIPIDS, "LDL"), "RELEASED")


def test_it_follows_inputs_that_come_one_after_the_other(lipids: Lipids) -> None:
    specimen = lipids.specimen()

    for code, value in LIPIDS.items():
        lipids.send(specimen, **{code: value})
        work_off()

    assert states(specimen) == dict.fromkeys((*LIPIDS, "LDL"), "RELEASED")


def test_a_flagged_input_keeps_it_for_a_person(lipids: Lipids) -> None:
    specimen = lipids.specimen()

    lipids.send(specimen, **LIPIDS | {"CHOL": "215", "HDL": "95"})
    work_off()

    found = states(specimen)
    assert found == {"CHOL": "RESULTED", "HDL": "RELEASED", "TRIG": "RELEASED", "LDL": "RESULTED"}
    assert held_by(specimen) == ["The result is held: INPUT:CHOL."]


def test_an_input_measured_out_of_control_blocks_it(lipids: Lipids) -> None:
    specimen = lipids.specimen()
    lipids.hold("TRIG")

    lipids.send(specimen, **LIPIDS)
    work_off()

    assert states(specimen)["LDL"] == "RESULTED"
    assert "Quality control holds this assay on this instrument." in held_by(specimen)
    assert "The result is held: INPUT:TRIG." in held_by(specimen)


def test_an_input_that_comes_out_of_control_meanwhile_wins(lipids: Lipids) -> None:
    specimen = lipids.specimen()
    lipids.send(specimen, **{"CHOL": "180", "HDL": "50"})
    work_off()
    lipids.send(specimen, TRIG="100")
    lipids.hold("CHOL")

    work_off()
    calculated = Result.objects.get(specimen=specimen, analyte__code="LDL")

    assert calculated.status == "RESULTED"
    assert (
        autoverification.release(
            recording_ids=[calculated.recording_id],
            by=laboratory.system("autoverify"),
            at=database_now(),
        )
        == []
    )
