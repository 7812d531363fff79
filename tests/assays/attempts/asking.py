"""A value that is asked for again, and typed again."""

from __future__ import annotations

from uuid import uuid4

from assays.actions import attempt_requests, results
from assays.models import AssayVersion, AttemptRequest, Result
from assays.rules.attempts import AttemptKind
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from tests import factories
from tests.assays.calculations.entering import enter, work_off
from tests.assays.recording.gridded import identity
from tests.clients import client_of
from tests.signing import signing

DILUTION, REPEAT = AttemptKind.DILUTION, AttemptKind.REPEAT


def ask(result: Result, by, kind: AttemptKind = REPEAT, **more) -> AttemptRequest:
    return attempt_requests.ask(
        result=result, kind=kind, by=by, at=database_now(), reason="clot in the probe", **more
    )


def released(serum, technologist, doctor) -> Result:
    """A glucose typed, verified and released."""
    (first,) = enter(serum, technologist, GLU="90")
    work_off()
    other = factories.principal(Role.TECHNOLOGIST)
    results.verify(result=first, by=other, at=database_now())
    return results.release(result=first, signing=signing(doctor), by=doctor, at=database_now())


def type_in_grid(by, specimen, text: str):
    client = client_of(by)
    client.get(f"/entry/?scan={specimen.accession}")
    assay = AssayVersion.objects.get(assay__analyte__code="GLU", status="ACTIVE").assay
    seen = Result.objects.filter(specimen=specimen, analyte__code="GLU").count()
    return client.post(
        "/entry/",
        {
            "move": "save",
            "token": str(uuid4()),
            "row": [f"{specimen.pk}:{identity(specimen)}"],
            f"v-{specimen.pk}-{assay.pk}": text,
            f"s-{specimen.pk}-{assay.pk}": seen,
        },
        follow=True,
    )
