"""100,000 who take part: departure lists of 500, the rounds of everybody, and the board of a day."""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import psycopg
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assays import models as laboratory
from assays.queries import catalogue
from assays.queries.contexts import contexts
from assays.rules import reference_intervals
from assays.rules.contexts import Collection
from bench import references, seed
from bench.scale.copying import bare
from bench.scale.measuring import processor
from bench.site import Site, percentile, say
from consent import models
from consent.actions import departures, programmes, reminders, rounds, transitions, waivers
from consent.queries.clearances import clearances_of
from labsys.accounts.actions import users
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.audit.context import acting
from labsys.launch.gunicorn_settings import settle
from labsys.lib import bulk
from labsys.lib.clock import database_now, hospital_day
from patients.models import BirthRecord, IdentityEvent, Person, PersonName, Species

PEOPLE = int(os.environ.get("LABSYS_BENCH_PEOPLE", "100000"))
WEEKS = 8
# Some took part for a year: what they did long ago must not make an answer slower.
VETERANS, YEAR = 1_000, 52
LISTED, TIMES = 500, 30
FIRST = 2_000_000
# What was slower than its goal: with 100,000 people or more the bench then ends non-zero.
MISSED: list[str] = []
GOAL, BOARD_GOAL, ROUNDS_GOAL = 300.0, 200.0, 30.0  # milliseconds twice, seconds
TABLES = (
    *(Person, PersonName, BirthRecord, IdentityEvent),
    *(models.Enrolment, models.WaiverSignature, models.Check, models.MedicalFindings),
    *(laboratory.Specimen, laboratory.Recording, laboratory.Result, laboratory.Evaluation),
)
# One week of one person is one number, which is the key of every row of it.
_FILL = (
    """
    CREATE TEMPORARY TABLE member AS SELECT %(first)s + n AS id, n,
        CASE WHEN n < %(veterans)s THEN %(year)s ELSE %(weeks)s END AS weeks
    FROM generate_series(0, %(people)s - 1) n
    """,
    """
    CREATE TEMPORARY TABLE week AS SELECT m.id AS person, m.n, w,
        %(first)s + row_number() OVER () AS id,
        %(at)s - make_interval(days => 7 * w, hours => (m.n %% 160)::int) AS moment
    FROM member m, LATERAL generate_series(0, m.weeks - 1) w
    """,
    """
    INSERT INTO patients_person (id, uid, mrn, species_id, sex, birth_date, birth_precision,
        deceased_precision, placeholder, recorded_at, recorded_by_id)
    SELECT id, gen_random_uuid(), 'S' || to_char(n, 'FM0000000'), %(human)s, 'F', '1990-05-17', 'DAY',
        'DAY', '', %(since)s, %(actor)s FROM member
    """,
    """
    INSERT INTO patients_personname (id, person_id, use, family, given, recorded_at, recorded_by_id)
    SELECT id, id, 'OFFICIAL', 'Member', n::text, %(since)s, %(actor)s FROM member
    """,
    """
    INSERT INTO patients_birthrecord (id, person_id, birth_date, birth_precision, recorded_at,
        recorded_by_id)
    SELECT id, id, '1990-05-17', 'DAY', %(since)s, %(actor)s FROM member
    """,
    """
    INSERT INTO patients_identityevent (id, person_id, status, basis, happened_at, recorded_at,
        recorded_by_id)
    SELECT id, id, 'CONFIRMED', 'passport', %(since)s, %(since)s, %(actor)s FROM member
    """,
    """
    INSERT INTO consent_enrolment (id, person_id, programme_id, started_at, recorded_at, recorded_by_id)
    SELECT id, id, %(programme)s, %(since)s, %(since)s, %(actor)s FROM member
    """,
    """
    INSERT INTO consent_waiversignature (id, person_id, text_id, text_sha256, language,
        identity_checked, signer, guardian_name, guardian_relation, witness_id, signed_at, recorded_at,
        recorded_by_id, proof, drawing, drawing_sha256, sha256)
    SELECT id, id, %(text)s, '', 'en', 'passport', 'SELF', '', '', %(actor)s, %(at)s, %(at)s, %(actor)s,
        'DRAWN', sha256('sealed'), encode(sha256('drawn'), 'hex'), encode(sha256('said'), 'hex')
    FROM member
    """,
    """
    INSERT INTO consent_check (id, uid, person_id, kind, outcome, proposed, reason_codes, rule_version,
        examiner_id, performed_at, recorded_at, recorded_by_id)
    SELECT id * 2 + k, gen_random_uuid(), person, (ARRAY['MEDICAL', 'PSYCHOLOGICAL'])[k + 1],
        CASE WHEN n %% 100 = 0 AND w = 0 THEN 'REFERRED' ELSE 'PASSED' END, 'PASSED', '[]', '1',
        %(actor)s, moment, moment, %(actor)s
    FROM week, generate_series(0, 1) k
    """,
    """
    INSERT INTO consent_medicalfindings (id, of_check_id, vitals, score, signs, examined, results,
        nanite_control, comment, grounds, sent, recorded_at, recorded_by_id)
    SELECT id, id * 2, '{"pulse_per_min": "68"}', '{"total": 0}', '[]', '{}', '[]',
        CASE WHEN n %% 10 = 0 THEN 'CONTROLLED' ELSE '' END, '', '', '', moment, %(actor)s FROM week
    """,
    """
    INSERT INTO assays_specimen (id, accession, person_id, specimen_type_id, priority, status,
        collected_at, received_at, fasting, cycle, recorded_at, recorded_by_id)
    SELECT id, to_char(id, 'FM0000000000'), person, %(tube)s, 3, 'AVAILABLE', moment, moment, '', '', moment,
        %(actor)s
    FROM week
    """,
    """
    INSERT INTO assays_recording (id, specimen_id, door, recorded_by_id, recorded_at)
    SELECT id, id, 'HTTP', %(actor)s, moment FROM week
    """,
    """
    INSERT INTO assays_result (id, recording_id, specimen_id, person_id, analyte_id, section,
        assay_version_id, run, kind, comparator, value, unit, value_code, value_text, absent_reason,
        as_sent, flags_sent, comment, reference, range_signed, collected_at, observed_at, recorded_at,
        recorded_by_id, entered_by_id, priority, status, released_by_id, released_at, signature_id)
    SELECT id, id, id, person, %(analyte)s, 'NANITE', %(version)s, '', 'NUMERIC', '',
        CASE WHEN n %% 10 = 0 THEN 6000 ELSE 900 + (n + w * 37) %% 200 END, '{nanites}/uL', '', '', '',
        '{}', '', '', %(reference)s, false, moment, moment, moment, %(actor)s, %(actor)s, 3,
        'RELEASED', %(releaser)s, moment, %(signature)s FROM week
    """,
    """
    INSERT INTO assays_evaluation (id, result_id, method_version, flags, is_critical, delta_verdict,
        inputs, trace, worker, task_id, recorded_by_id, recorded_at)
    SELECT id, id, 1, '{N}', false, 'no_rule', '{}', '{}', 'bench', '', %(actor)s, moment FROM week
    """,
)


def run(site: Site) -> None:
    """Fill the tables, then ask for lists as the screening office does."""
    staff = {role: _user(role) for role in (Role.QUALITY_MANAGER, Role.EXAMINING_PHYSICIAN)}
    officer = _user(Role.SCREENING_OFFICER)
    programme = _programme(staff)
    begun = time.monotonic()
    _fill(site, programme, staff[Role.EXAMINING_PHYSICIAN])
    say("loaded", f"{PEOPLE:,} people, {WEEKS} weeks, in {time.monotonic() - begun:.0f} s")
    # As a worker of the web server does; what the filling left behind is not the server's.
    settle()
    reference = references.inserts_per_second(site, clients=1, seconds=1.0)
    beside = f"{reference:.0f} durable INSERT/s at 1 client"
    client = Client()
    client.force_login(officer.user, backend="labsys.accounts.backends.PrincipalBackend")
    dice = random.Random(20_261_122)  # noqa: S311
    for name, first, last in (
        (f"{LISTED} of {PEOPLE // 1000}k, {WEEKS} weeks", VETERANS, PEOPLE),
        (f"{LISTED} who did for {YEAR} weeks", 0, VETERANS),
    ):
        ids = [FIRST + n for n in dice.sample(range(first, last), LISTED)]
        uids = [str(one) for one in Person.objects.filter(pk__in=ids).values_list("uid", flat=True)]
        body = json.dumps({"programme": programme.code, "people": uids})
        cleared = sum(
            one.is_cleared for one in clearances_of(ids, programme, at=database_now()).values()
        )
        _measure(
            f"decided: {name}",
            lambda ids=ids: clearances_of(ids, programme, at=database_now()),
            f"{cleared} cleared | {beside}",
        )
        _measure(f"API: {name}", lambda body=body: _post(client, body), beside)
    _rounds(site, programme, officer)
    _departing(programme, officer, dice, beside)
    _watching(programme, beside)
    today = hospital_day(database_now())
    for name, day in (("today", today), ("in three days", today + timedelta(days=3))):
        address = f"{reverse('board', args=[programme.code])}?day={day}"
        client.get(address)  # what is asked once a minute, such as when a login was seen last
        _measure(
            f"board: {name} of {PEOPLE // 1000}k",
            lambda address=address: _get(client, address),
            beside,
            goal=BOARD_GOAL,
        )
    if MISSED and PEOPLE >= 100_000:
        raise SystemExit(f"slower than the goal: {', '.join(MISSED)}")


def _rounds(site: Site, programme: models.Programme, officer: Principal) -> None:
    """Open everybody's round, and look at all of them again when nothing has changed."""
    for name in ("opened", "looked at again"):
        begun = time.monotonic()
        made = rounds.generate(programme=programme, by=officer, at=database_now())
        took = time.monotonic() - begun
        if took >= ROUNDS_GOAL:
            MISSED.append(f"rounds {name}: {took:.1f} s")
        say(
            f"rounds {name}: {PEOPLE // 1000}k",
            f"{took:.1f} s (goal {ROUNDS_GOAL:.0f}): "
            f"{made.opened:,} opened, {made.moved:,} moved, {made.closed:,} closed",
        )
    with psycopg.connect(site.owner_url, autocommit=True) as owner:
        owner.execute("ANALYZE consent_roundslot")


def _departing(
    programme: models.Programme, officer: Principal, dice: random.Random, beside: str
) -> None:
    """Plan a departure of 500: its page, its manifest as PDF, and letting a call's worth leave."""
    gate = _user(Role.GATE_OFFICER)
    client = Client()
    client.force_login(gate.user, backend="labsys.accounts.backends.PrincipalBackend")
    ids = [FIRST + n for n in dice.sample(range(VETERANS, PEOPLE), LISTED)]
    at = database_now()
    people = list(Person.objects.filter(pk__in=ids))
    given = {"leaves_at": at + timedelta(hours=1), "people": people}
    planned = departures.plan(programme=programme, by=officer, at=at, **given)
    page = reverse("departure", args=[planned.uid])
    for name, address in (
        ("page", page),
        ("PDF", reverse("departure-manifest", args=[planned.uid])),
    ):
        _measure(
            f"manifest of {LISTED}: {name}",
            lambda address=address: _get(client, address),
            beside,
            goal=GOAL if name == "page" else None,
        )
    begun = time.monotonic()
    gone = departures.depart(departure=planned, by=gate, at=database_now())
    say(
        f"leaving: {departures.AT_ONCE} of {LISTED}",
        f"{time.monotonic() - begun:.1f} s: {len(gone.left)} left, {len(gone.stayed)} stayed, "
        f"{gone.waiting} wait",
        beside,
    )


def _watching(programme: models.Programme, beside: str) -> None:
    """Adopt everybody's clearance, look at some as the worker does, and remind of the rounds."""
    by = Principal.objects.system("sweep")
    begun = time.monotonic()
    adopted, rounds_of = 0, PEOPLE // (10 * transitions.AT_ONCE) + 1
    for _number in range(rounds_of):
        adopted += transitions.adopt(by=by, at=database_now())
    say("watch: adopted", f"{adopted:,} in {time.monotonic() - begun:.1f} s", beside)
    watched = models.ClearanceWatch.objects.filter(programme=programme)
    for name in ("first", "again"):
        looked = watched.order_by("person_id").values_list("person_id", flat=True)
        batches = [list(looked[n : n + transitions.AT_ONCE]) for n in range(0, 2_000, 200)]
        begun = time.monotonic()
        for batch in batches:
            with transaction.atomic():
                given = {"cause": models.ClearanceTransition.Cause.TIME, "by": by}
                transitions.follow(person_ids=batch, at=database_now(), **given)
        took = (time.monotonic() - begun) / sum(map(len, batches))
        say(
            f"watch: {name} look",
            f"{took * 1000:.1f} ms a person; {PEOPLE:,} in {took * PEOPLE / 60:.0f} min of one worker",
            beside,
        )
    begun = time.monotonic()
    told = reminders.remind(by=by, at=database_now())
    say("reminders", f"{told:,} in {time.monotonic() - begun:.1f} s", beside)


def _measure(
    name: str, ask: Callable[[], object], beside: str, *, goal: float | None = GOAL
) -> None:
    with CaptureQueriesContext(connection) as captured:
        ask()
    queries = len(captured)
    took = []
    used = processor()
    for _number in range(TIMES):
        begun = time.monotonic()
        ask()
        took.append((time.monotonic() - begun) * 1000)
    used = (processor() - used) * 1000 / TIMES
    wanted, median = f"goal {goal:.0f}" if goal else "no goal", percentile(took, 0.5)
    if goal and median >= goal:
        MISSED.append(f"{name}: {median:.0f} ms")
    say(
        name,
        f"p50 {median:.0f} ms, p95 {percentile(took, 0.95):.0f} ms "
        f"({wanted}), processor {used:.0f} ms, {queries} queries",
        beside,
    )


def _get(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content


def _post(client: Client, body: str) -> None:
    answer = client.post("/api/v1/clearances", body, content_type="application/json")
    assert answer.status_code == 200, answer.content


def _user(role: Role) -> Principal:
    made = users.create(
        username=f"bench-{role.value.lower().replace('_', '-')}",
        full_name="Bench",
        first_roles=(role,),
        password="measured-by-the-bench",
        must_change=False,
        by=seed.seed_principal(),
        at=database_now(),
    )
    principal: Principal = made.user.principal
    return principal


def _programme(staff: dict[Role, Principal]) -> models.Programme:
    by, other = staff[Role.QUALITY_MANAGER], staff[Role.EXAMINING_PHYSICIAN]
    at = database_now()
    programme = programmes.create(code="bench", name="Bench", by=by, at=at)
    version = programmes.draft_version(
        programme=programme,
        effective_from=at,
        nanite_analyte="NANITE-LOAD",
        nanite_maximum=Decimal(5000),
        nanite_control_counts=True,
        by=by,
        at=at,
    )
    programmes.approve_version(version=version, by=other, at=at)
    given = {"title": "Waiver", "body": {"en": "I take part."}, "effective_from": at}
    text = waivers.draft_text(programme=programme, by=by, at=at, **given)
    waivers.approve_text(text=text, by=other, at=at)
    return programme


def _fill(site: Site, programme: models.Programme, releaser: Principal) -> None:
    """Write everybody's weeks as the owner, with keys and triggers off."""
    bench = seed.prepare(persons=1)
    load = catalogue.current().by_code["NANITE-LOAD"][0]
    by, at = seed.seed_principal(), database_now()
    person = bench.persons[0]
    chosen = reference_intervals.select(
        contexts([Collection(person, at)])[Collection(person, at)],
        unit=load.unit,
        rows=load.intervals,
        critical=load.critical,
        plausibility=load.plausibility,
    )
    with acting(by=by, at=at, action="bench.sign"):
        signature = laboratory.Signature.objects.create(
            signed_by=releaser,
            signed_name="Rules",
            signed_at=at,
            meaning="AUTOVERIFIED",
            algorithm=1,
            sha256="0" * 64,
            rule_set="bench v1",
        )
    given: dict[str, Any] = {
        **{"first": FIRST, "people": PEOPLE, "veterans": VETERANS, "year": YEAR, "weeks": WEEKS},
        **{"at": at, "since": at - timedelta(weeks=60), "actor": by.pk, "releaser": releaser.pk},
        "human": Species.objects.get(code="human").pk,
        "programme": programme.pk,
        "text": programme.waiver_texts.get().pk,
        "tube": load.specimen_type_id,
        "analyte": load.analyte_id,
        "version": load.version_id,
        "signature": signature.pk,
        "reference": bulk.dumps({**chosen.to_json(), "assay_version": load.number}),
    }
    connection.close()
    with psycopg.connect(site.owner_url) as owner, bare(owner, TABLES):
        for statement in _FILL:
            owner.execute(statement, given)
    with psycopg.connect(site.owner_url, autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE")
