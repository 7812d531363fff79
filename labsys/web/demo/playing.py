"""Playing the demo through the running services, by the doors that real work comes in by."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from assays.actions import nanites, recordings, results
from assays.actions.recordings import Typed
from assays.models import NaniteCount, Result, Specimen
from assays.queries import catalogue
from assays.rules.states import ResultStatus
from labsys.accounts.models import Principal
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from labsys.lib.quantities import Quantity
from labsys.web.demo import cast, staging, values
from patients.models import Person

WAIT_SECONDS = 90
TYPED_BY_HAND = frozenset({"haugen", "brandao"})
Say = Callable[[str], None]


class DemoFailed(Exception):
    """The demo could not be played; the message says what is missing."""


def patients() -> Iterator[tuple[cast.Patient, Person]]:
    """Yield each patient of the cast with their entry in the registry."""
    for patient in cast.PATIENTS:
        found = Person.objects.filter(names__family=patient.family, names__given=patient.given)
        if not patient.family:
            found = Person.objects.filter(placeholder=patient.placeholder)
        yield patient, found.get()


def days_of(specimen: Specimen, at: datetime) -> int:
    """Return how many days ago a specimen of the demo was drawn."""
    assert specimen.collected_at is not None
    return (at - specimen.collected_at).days


def send(url: str, say: Say) -> None:
    """Send every analyser result over HTTP, with the analyser's own key."""
    token = json.loads((Path(settings.VAR_DIR) / staging.KEYS).read_text())[staging.ANALYSER]
    at = database_now()
    sent = 0
    for patient, person in patients():
        if patient.key in TYPED_BY_HAND:
            continue
        for specimen in person.specimens.order_by("collected_at", "pk"):
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
        if active.section != "NANITE":
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


def type_in(say: Say) -> None:
    """Type the results that come without an analyser, and count nanites by eye."""
    at = database_now()
    tech = principal("tech1")
    held = catalogue.current()
    typed = counted = 0
    for patient, person in patients():
        for specimen in person.specimens.order_by("collected_at", "pk"):
            days = days_of(specimen, at)
            wanted = [
                held.assays[one.item.assay_id]
                for one in specimen.specimen_items.select_related("item")
            ]
            observed_at = specimen.collected_at + timedelta(hours=1)
            if patient.key in TYPED_BY_HAND and not specimen.results.exists():
                entries = [
                    Typed(
                        assay_id=active.assay_id,
                        value=Quantity(values.value(active, patient, days), active.unit),
                        field=active.code,
                    )
                    for active in wanted
                    if active.section != "NANITE"
                ]
                recordings.record_typed(
                    specimen=specimen, values=entries, observed_at=observed_at, by=tech, at=at
                )
                typed += len(entries)
            is_counted = NaniteCount.objects.filter(specimen=specimen).exists()
            if (
                patient.load_per_ul
                and not is_counted
                and any(a.section == "NANITE" for a in wanted)
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
        open_counts = NaniteCount.objects.filter(calculations__estimates=None).exists()
        if not open_counts and not Result.objects.filter(evaluations=None).exists():
            say(f"{Result.objects.count()} results evaluated by the worker")
            return
        time.sleep(0.25)
    raise DemoFailed(
        "The worker has not evaluated the demo's results; see var/log/worker.log and relay.log."
    )


def judge(say: Say) -> None:
    """Verify and release by two people; the newest results of some patients are left waiting."""
    verifier, releaser = principal("tech2"), principal("lab")
    at = database_now()
    verified = 0
    to_release = []
    waiting = Result.objects.filter(
        status__in=[ResultStatus.RESULTED, ResultStatus.TECHNICALLY_VERIFIED]
    )
    enrolled = {patient.key for patient in cast.PATIENTS if patient.enrolled}
    by_person = {person.pk: patient for patient, person in patients()}
    for result in waiting.select_related("specimen", "analyte", "order_item").order_by(
        "collected_at", "pk"
    ):
        patient = by_person[result.person_id]
        days = (at - result.collected_at).days
        if days <= 2 and patient.key not in enrolled:
            continue
        try:
            if result.status == ResultStatus.RESULTED:
                results.verify(result=result, by=verifier, at=at)
                verified += 1
            if days > 1 or result.section == "NANITE" or patient.key == "ferreira":
                to_release.append(result)
        except Refusal:
            continue  # held or critical: left for a person to look at
    refused = results.release_together(results=to_release, by=releaser, at=at)
    released = len(to_release) - len(refused)
    say(f"{verified} results verified, {released} released, the others wait on the worklist")


def principal(username: str) -> Principal:
    """Return a member of the demo's staff."""
    found: Principal = Principal.objects.get(name=username)
    return found
