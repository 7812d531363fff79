"""The crew's creatinine, hemoglobin and CRP around their removals: benefits kept, lost, and not determinable."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.db import transaction

from assays.actions import benefit_measures, recordings, results, versions
from assays.actions.recordings import Typed
from assays.models import Result, ResultHold
from assays.queries import catalogue
from assays.rules.benefit_measures import Windows
from labsys.lib.clock import database_now
from labsys.lib.quantities import parse_quantity
from labsys.web.demo import courses, outbreak, playing
from labsys.web.demo.people import principal
from patients.models import Person

# Invented: which changes matter is the hospital's to say.
MEASURES = """analyte,better,smallest,unit
CREAT,lower,0.2,mg/dL
HGB,higher,1,g/dL
CRP,lower,3,mg/L
"""
# Of the crew by family name: code, then values by how many days ago. They were exposed 26 days ago.
VALUES: Mapping[str, Mapping[str, Mapping[int, str]]] = {
    # Better with nanites, and still so after the filtration; hemoglobin fell back.
    "Bakker": {
        "CREAT": {29: "1.48", 16: "0.94", 6: "0.97"},
        "HGB": {29: "11.6", 16: "14.4", 6: "11.9"},
        "CRP": {29: "14", 16: "2", 6: "3"},
    },
    "Diallo": {
        "CREAT": {28: "1.31", 14: "0.88", 3: "1.30"},
        "HGB": {28: "12.1", 14: "12.3", 3: "12.0"},
    },
    # Nothing from before nanites.
    "Fischer": {"CREAT": {13: "0.86", 4: "0.90"}, "CRP": {13: "1", 4: "10"}},
    "Ito": {"CREAT": {29: "1.52", 11: "1.01", 2: "1.05"}, "CRP": {29: "11", 11: "<1", 2: "12"}},
    "Jansen": {"CREAT": {29: "1.44", 10: "0.95", 2: "1.43"}, "HGB": {29: "11.2", 10: "13.8"}},
}


def play(say: Callable[[str], None]) -> None:
    """Bring measures into force by two people, and put the crew's values on record and release them."""
    at = database_now()
    version = benefit_measures.draft(
        raw=MEASURES.encode(),
        agent=outbreak.AGENT,
        windows=Windows(settling=5),
        source="Invented for the demo; to be decided by the hospital.",
        by=principal("lab"),
        at=at,
        note="To see what removals leave of what nanites brought.",
    )
    versions.approve(version=version, by=principal("lab2"), at=database_now())
    versions.activate(version=version, by=principal("lab2"), at=database_now())
    typed = [one for family in VALUES for one in _measured(family, at)]
    playing.wait_for_the_worker(lambda _text: None)
    rows = Result.objects.filter(pk__in=[one.pk for one in typed]).order_by("collected_at", "pk")
    # What nanites brought is a change beyond the delta check: somebody looked at each.
    for hold in ResultHold.objects.filter(result__in=rows, clear=None, kind=ResultHold.Kind.DELTA):
        reason = "The course agrees with the patient's nanites."
        results.clear_hold(hold=hold, by=principal("tech2"), at=database_now(), reason=reason)
    released = playing.release_all(playing.verify_all(rows, database_now()))
    say(f"{released} values of {len(VALUES)} of the crew tell which benefits removals left")


@transaction.atomic
def _measured(family: str, at: datetime) -> list[Result]:
    person = Person.objects.get(names__family=family)
    found = []
    for code, values in VALUES[family].items():
        assay = catalogue.current().by_code[code][0]
        for days, text in values.items():
            collected_at = at - timedelta(days=days, hours=2)
            found += recordings.record_typed(
                specimen=courses.drawn(person, assay.assay_id, collected_at, at),
                values=[
                    Typed(assay.assay_id, parse_quantity(text, unit=assay.unit), code, text=text)
                ],
                observed_at=collected_at + timedelta(hours=1),
                by=principal("tech1"),
                at=at,
            )
    return found
