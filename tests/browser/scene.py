"""A laboratory in which every page has something to show, for walks through all of them."""

from __future__ import annotations

from datetime import timedelta

from patients.models import Person
from tests import laboratory as shipped
from tests.architecture.world import World
from tests.assays import laboratory
from tests.assays.controls import bench as controls
from tests.assays.reports.making import Bench


class Scene(World):
    """A world whose near person has values in every state, beside controls that failed."""

    def __init__(self) -> None:
        shipped.load_catalogue()
        super().__init__()
        self._work(self.near)
        self._rows.clear()  # what was worked on comes before what was planted

    def _work(self, whose: Person) -> None:
        self.bench = Bench("SCN1", "SCN2", "SCN3", "SCN4", of=whose)
        normal = self.bench.reported("SCN1", "13.2")
        self.critical = self.bench.reported("SCN2", "21.0")
        self.bench.record("SCN3", "16.4")  # too high, and waits
        self.bench.correct(normal, "12.4")
        self.waiting = laboratory.specimen(list(self.bench.assays.values()), of=whose)
        first, second, *_others = self.bench.assays.values()
        self.controls = controls.make(assays={"HGB": first, "WBC": second})
        for hours, pair in enumerate(((1.9, 0.4), (-0.7, 2.3), (0.2, -1.1)), start=1):
            self.controls.measure(*pair, ago=timedelta(hours=hours))
        self.controls.fail()
