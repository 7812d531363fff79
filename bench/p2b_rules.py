"""P2b with rules: a backlog evaluated with and without a rule set, and releases by a live one."""

from __future__ import annotations

import time

from django.db import connection

from assays.actions import rulesets
from assays.models import (
    CatalogueEvent,
    RangeSignature,
    Result,
    RuleSet,
    RuleSetAssay,
    RuleTrace,
)
from assays.queries import range_rows
from assays.queries.range_signatures import FIELDS
from bench import seed
from bench.sending import Client
from bench.site import Site, in_threads, say
from labsys.accounts.actions import users
from labsys.accounts.roles import Role
from labsys.audit.context import acting
from labsys.lib.clock import database_now
from labsys.work.models import WorkItem

BACKLOG = 250
RULES = [
    {
        "id": "limits",
        "kind": "LIMITS",
        "parameters": {"low": "0", "unit": "g/dL"},
        "assays": ["HGB"],
    },
    {"id": "change", "kind": "DELTA", "parameters": {"percent": "90", "without_previous": "PASS"}},
    {"id": "critical", "kind": "CRITICAL", "parameters": {"margin_percent": "1"}},
    {"id": "bound", "kind": "COMPARATOR"},
    {"id": "typed", "kind": "MANUAL_ENTRY"},
    {"id": "repeated", "kind": "REPEAT"},
    {"id": "old", "kind": "SPECIMEN_AGE", "parameters": {"max_hours": "24"}},
    {"id": "people", "kind": "SPECIES", "parameters": {"only": ["human"]}},
]
_SPAN = """
SELECT count(*), extract(epoch FROM max(finished_at) - min(finished_at))::float
FROM work_workitem WHERE kind = %s AND state = 'DONE' AND id > %s
"""


def run(site: Site) -> None:
    """Evaluate the same backlog without rules, with a set in the shadow, and with a live one."""
    bench = seed.prepare()
    bare = _evaluated(site, bench)
    say("P2b without a rule set", f"{bare:.0f} results/s")
    made = _in_force(bench)
    judged = _evaluated(site, bench)
    traces = RuleTrace.objects.count()
    say(
        "P2b with one in the shadow",
        f"{judged:.0f} results/s, {len(RULES)} rules and 8 laws each ({traces} traces)",
        f"without: {bare:.0f} (ratio {judged / bare:.2f})",
    )
    by = users.create(
        username="bench-live",
        full_name="Bench",
        first_roles=(Role.PATHOLOGIST,),
        by=seed.seed_principal(),
        at=database_now(),
    ).user.principal
    rulesets.go_live(rule_set=made, by=by, at=database_now(), reason="bench")
    live = _evaluated(site, bench)
    released = Result.objects.filter(status="RELEASED").count()
    say(
        "P2b with a live one",
        f"{live:.0f} results/s evaluated, {released} released, "
        f"{_rate('autoverify', 0, released):.0f} released/s",
    )


def _evaluated(site: Site, bench: seed.Bench) -> float:
    """Queue a backlog with the workers stopped, start them, and return the rate they reach."""
    site.start("web")
    before = WorkItem.objects.order_by("-id").values_list("id", flat=True).first() or 0
    bodies = [seed.body(bench, one) for one in seed.specimens(bench, BACKLOG)]

    def send(number: int) -> None:
        client = Client(site, bench)
        for content in bodies[number::4]:
            client.post(content)

    in_threads(4, send)
    site.start("relay", "worker")
    until = time.monotonic() + 120
    while WorkItem.objects.filter(id__gt=before).exclude(state="DONE").exists():
        if time.monotonic() > until:
            raise SystemExit("the workers did not finish in 120 s")
        time.sleep(0.1)
    site.stop()
    return _rate("evaluate", before, BACKLOG * seed.BATCH)


def _rate(kind: str, before: int, results: int) -> float:
    with connection.cursor() as cursor:
        cursor.execute(_SPAN, [kind, before])
        _count, span = cursor.fetchone()
    return results / span if span else 0.0


def _in_force(bench: seed.Bench) -> RuleSet:
    """Sign every row of limits, and bring one set of rules into force for all that is measured."""
    by, at = seed.seed_principal(), database_now()
    with acting(by=by, at=at, action="bench.rules"):
        measured = set(_assays(bench))
        signatures = [
            RangeSignature(
                **{f"{FIELDS[row.kind]}_id": row.ref.row_id}, signed_by=by, recorded_at=at
            )
            for row in range_rows.in_force()
            if row.version.assay_id in measured and not row.is_signed
        ]
        RangeSignature.objects.bulk_create(signatures)
        made: RuleSet = RuleSet.objects.create(
            code="bench",
            number=1,
            name="Bench",
            sections=[],
            rules=RULES,
            note="bench",
            status="ACTIVE",
            drafted_by=by,
            drafted_at=at,
            approved_by=by,
            approved_at=at,
            active_from=at,
        )
        RuleSetAssay.objects.bulk_create(
            RuleSetAssay(rule_set=made, assay_id=one) for one in _assays(bench)
        )
        CatalogueEvent.objects.create(rule_set=made, new="ACTIVE", recorded_by=by, recorded_at=at)
    return made


def _assays(bench: seed.Bench) -> list[int]:
    return [one.assay_id for one in bench.assays]
