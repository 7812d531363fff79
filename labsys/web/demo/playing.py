"""Playing the demo through the running services, by the doors that real work comes in by."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from assays.actions import nanites, recordings, results
from assays.actions.recordings import Typed
from assays.models import NaniteCount, Recording, Result, Specimen
from assays.queries import catalogue
from assays.rules.states import ResultStatus
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from labsys.lib.quantities import Quantity
from labsys.web.demo import analysers, cast, files, quality, signing, values, wires
from labsys.web.demo.failing import DemoFailed
from labsys.web.demo.people import days_of, measured_specimens, patients, principal
from labsys.web.demo.ways import Way, way_of

WAIT_SECONDS = 90
Say = Callable[[str], None]


def send(url: str, say: Say) -> None:
    """Send every analyser result over HTTP, with the analyser's own key."""
    token = json.loads((Path(settings.VAR_DIR) / files.KEYS).read_text())[analysers.HTTP]
    at = database_now()
    sent = 0
    for patient, person in patients():
        for specimen in measured_specimens(person):
            body = message(patient, specimen, at)
            if body["results"]:
                post(url, token, f"demo-{specimen.accession}", body)
                sent += len(body["results"])
    # Two that cannot be placed: held, visible, with their reasons.
    stray = {"unit": "g/dL", "observed_at": at.isoformat()}
    post(
        url,
        token,
        "demo-stray",
        {
            "results": [
                {"specimen": "9999999990", "code": "HGB", "value": "13.4", **stray},
                {"specimen": specimen.accession, "code": "XYZ", "value": "1.0", **stray},
            ]
        },
    )
    say(f"{sent} results sent over HTTP, 2 more that nobody can place")


def message(patient: cast.Patient, specimen: Specimen, at: datetime) -> dict[str, Any]:
    """Return what the analyser sends for one specimen."""
    days = days_of(specimen, at)
    held = catalogue.current()
    rows = []
    for one in specimen.specimen_items.select_related("item"):
        active = held.assays[one.item.assay_id]
        if way_of(patient, active) is Way.HTTP:
            rows.append(
                {
                    "specimen": specimen.accession,
                    "code": active.code,
                    "value": str(values.value(active, patient, days)),
                    "unit": active.unit,
                    "observed_at": (specimen.collected_at + timedelta(hours=1)).isoformat(),
                    "run": f"R{specimen.collected_at:%y%m%d}",
                }
            )
    return {"results": rows}


def post(url: str, token: str, key: str, body: dict[str, Any]) -> dict[str, Any]:
    """Send one message; the same key again changes nothing."""
    request = urllib.request.Request(  # noqa: S310
        f"{url.rstrip('/')}/api/v1/results",
        data=json.dumps(body).encode(),
        headers={
            "Authorization": f"Instrument {token}",
            "Content-Type": "application/json",
            "Idempotency-Key": key,
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            found: dict[str, Any] = json.load(answer)
            return found
    except urllib.error.HTTPError as error:
        raise DemoFailed(
            f"{url} refused the analyser's results: {error.read().decode()}"
        ) from error
    except urllib.error.URLError as error:
        raise DemoFailed(f"{url} does not answer: {error.reason}") from error


def fail_a_control(url: str, say: Say) -> None:
    """Send today's control of one assay, which is out of control by it; its look-back is opened."""
    token = json.loads((Path(settings.VAR_DIR) / files.KEYS).read_text())[analysers.HTTP]
    post(url, token, "demo-control", quality.today(quality.GLUCOSE, database_now()))
    say(quality.follow_up({"quality": principal("quality")}))


def type_in(say: Say) -> None:
    """Type the results that come without an analyser, and count nanites by eye."""
    at = database_now()
    tech = principal("tech1")
    held = catalogue.current()
    typed = counted = 0
    for patient, person in patients():
        for specimen in measured_specimens(person):
            days = days_of(specimen, at)
            wanted = [
                held.assays[one.item.assay_id]
                for one in specimen.specimen_items.select_related("item")
            ]
            observed_at = specimen.collected_at + timedelta(hours=1)
            if not specimen.results.filter(recording__door=Recording.Door.ADMIN).exists():
                entries = [
                    Typed(
                        assay_id=active.assay_id,
                        value=Quantity(values.value(active, patient, days), active.unit),
                        field=active.code,
                    )
                    for active in wanted
                    if way_of(patient, active) is Way.KEYBOARD
                ]
                if entries:
                    recordings.record_typed(
                        specimen=specimen, values=entries, observed_at=observed_at, by=tech, at=at
                    )
                typed += len(entries)
            is_counted = NaniteCount.objects.filter(specimen=specimen).exists()
            if (
                patient.load_per_ul
                and not is_counted
                and any(way_of(patient, a) is Way.MICROSCOPE for a in wanted)
            ):
                red_cells = values.value(held.by_code["RBC"][0], patient, days)
                nanites.record_count(
                    specimen=specimen,
                    fields=values.fields(patient, days, float(red_cells) * 1e6),
                    method="light microscopy, 12 fields",
                    observed_at=observed_at,
                    by=tech,
                    at=at,
                )
                counted += 1
    say(f"{typed} results typed by hand, {counted} films counted")


def wait_for_the_worker(say: Say) -> None:
    """Wait until everything recorded has been evaluated by the worker."""
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until:
        unread = not wires.are_read()
        open_counts = NaniteCount.objects.filter(calculations__estimates=None).exists()
        if not unread and not open_counts and not Result.objects.filter(evaluations=None).exists():
            say(wires.summary())
            say(f"{Result.objects.count()} results evaluated by the worker")
            return
        time.sleep(0.25)
    raise DemoFailed(
        "The worker has not read and evaluated the demo's results; see var/log/worker.log and relay.log."
    )


def judge(say: Say) -> None:
    """Verify and release by two people; the newest results of some patients are left waiting."""
    at = database_now()
    people = {person.pk: patient for patient, person in patients()}
    waiting = [
        one for one in _waiting(people) if people[one.person_id].programme or _days(one, at) > 2
    ]
    verified = verify_all(waiting, at)
    told = [one for one in verified if _is_told(one, people[one.person_id], at)]
    say(
        f"{len(verified)} results verified, {release_all(told)} released, the others wait on the "
        "worklist"
    )


def verify_all(waiting: Iterable[Result], at: datetime) -> list[Result]:
    """Verify by one person what can be; what is held or critical is left for a person to look at."""
    verified = []
    for result in waiting:
        try:
            if result.status == ResultStatus.RESULTED:
                results.verify(result=result, by=principal("tech2"), at=at)
            verified.append(result)
        except Refusal:
            continue
    return verified


def release_all(verified: Sequence[Result]) -> int:
    """Release by another person, who signs; returns how many were."""
    with signing.login("lab") as session:
        signed = signing.sign(session)
        refused = results.release_together(
            results=verified, signing=signed, by=principal("lab"), at=database_now()
        )
    return len(verified) - len(refused)


def _waiting(people: Mapping[int, cast.Patient]) -> QuerySet[Result]:
    states = [ResultStatus.RESULTED, ResultStatus.TECHNICALLY_VERIFIED]
    rows = Result.objects.filter(person__in=people, status__in=states)
    return rows.select_related("specimen", "analyte", "order_item").order_by("collected_at", "pk")


def _days(result: Result, at: datetime) -> int:
    return (at - result.collected_at).days


def _is_told(result: Result, patient: cast.Patient, at: datetime) -> bool:
    """Return whether a verified result is released too: the older ones, nanites, one patient's."""
    return _days(result, at) > 1 or result.section == "NANITE" or patient.key == "ferreira"
