"""The laboratory's kinds of work: what each is prepared from, and the action that applies it."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, groupby

from django.db import connection, transaction

from assays import upkeep as upkeep  # registers what is done every so often
from assays.actions import (
    autoverification,
    evaluations,
    held_items,
    interpretations,
    ledger_counts,
    nanites,
    reports,
    rereadings,
    worklists,
)
from assays.actions.autoverification import AUTOVERIFY
from assays.actions.filing import EVALUATE
from assays.actions.held_items import EVENTS, INTERPRET
from assays.actions.hospital import filing as hospital
from assays.actions.hospital import results as hospital_results
from assays.actions.hospital.results import TELL
from assays.actions.intake import MESSAGES
from assays.actions.ledger_counts import LEDGER
from assays.actions.messages import REREAD
from assays.actions.nanites import NANITE_LOAD, Computed
from assays.actions.reports import REPORT
from assays.actions.worklists.lines import FOLLOW_UP as WORK_ANSWER
from assays.documents import reports as documents
from assays.numerics.nanite_load import nanite_load
from assays.queries import autoverification as rule_queries
from assays.queries import catalogue, controls, ledger, messages, rulesets
from assays.queries import evaluations as queries
from assays.queries import nanites as nanite_queries
from assays.queries import reports as report_queries
from assays.queries import rereadings as reread_queries
from assays.queries.autoverification import Decided
from assays.queries.ledger import Counted
from assays.queries.messages import Read
from assays.queries.nanites import Inputs
from assays.queries.worklists import ANSWER
from assays.rules import evaluation
from assays.rules.evaluation import Finding, evaluate
from assays.rules.nanites import LOAD, METHOD_VERSION, RATIO, reported
from labsys.accounts.models import Principal
from labsys.lib.clock import database_now
from labsys.work import registry
from labsys.work.queue import Claim
from labsys.work.registry import Execution


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What was found of the results of one recording, and what the rule sets say of each."""

    findings: list[Finding]
    decided: list[Decided]


class Evaluate:
    """Evaluates all results of a recording, and asks the rule sets in force of each."""

    kind = EVALUATE
    version = evaluation.METHOD_VERSION
    batch = 8
    run = 1

    def prepare(self, claims: Sequence[Claim], execution: Execution) -> Mapping[int, Evaluated]:
        found = queries.subjects([claim.subject_id for claim in claims])
        findings = {
            claim.subject_id: [
                evaluate(subject, is_predecessor_parked=claim.predecessor_parked)
                for subject in found.get(claim.subject_id, ())
            ]
            for claim in claims
        }
        decided = defaultdict(list)
        for one in _decided(findings.values()):
            decided[one.asked.recording_id].append(one)
        return {
            claim.id: Evaluated(findings[claim.subject_id], decided[claim.subject_id])
            for claim in claims
        }

    def apply(
        self,
        claims: Sequence[Claim],
        effects: Mapping[int, Evaluated],
        execution: Execution,
    ) -> None:
        mine = [effects[claim.id] for claim in claims]
        evaluations.record(
            findings=[finding for one in mine for finding in one.findings],
            decided=[decided for one in mine for decided in one.decided],
            execution=execution,
            by=Principal.objects.system("evaluate"),
            at=database_now(),
        )


class Autoverify:
    """Releases what live rule sets passed, if nothing came up since."""

    kind = AUTOVERIFY
    version = 1
    batch = 4
    run = 1

    def prepare(self, claims: Sequence[Claim], execution: Execution) -> Mapping[int, None]:
        """Nothing is worked out before: everything has to be seen under the results' locks."""
        return {}

    def apply(
        self, claims: Sequence[Claim], effects: Mapping[int, None], execution: Execution
    ) -> None:
        autoverification.release(
            recording_ids=[claim.subject_id for claim in claims],
            by=Principal.objects.system("autoverify"),
            at=database_now(),
        )


class Interpret:
    """Reads the messages of wires by their drivers, and held items again; files what they say.

    What a driver makes of the bytes is worked out before, outside any transaction; everything else
    has to be seen under the specimens' locks.
    """

    kind = INTERPRET
    version = 1
    batch = 16
    run = 16

    def prepare(self, claims: Sequence[Claim], execution: Execution) -> Mapping[int, Read]:
        """Return what was read, by message: of messages, and of those that held items are from."""
        ids = [claim.subject_id for claim in claims if claim.subject_table == MESSAGES]
        events = [claim.subject_id for claim in claims if claim.subject_table == EVENTS]
        found = [*messages.read(ids), *messages.read_for(events)]
        return {one.message_id: one for one in found}

    def apply(
        self, claims: Sequence[Claim], effects: Mapping[int, Read], execution: Execution
    ) -> None:
        by, at = Principal.objects.system("interpret"), database_now()
        if any(one.holds_controls for one in effects.values()):
            controls.lock_against_release()  # before anything else of this transaction is locked
        # In the order they came: an item that is asked for again may stand between two messages.
        for table, run in groupby(claims, key=lambda claim: claim.subject_table):
            ids = [claim.subject_id for claim in run]
            if table == MESSAGES:
                reads = [effects[id_] for id_ in ids if id_ in effects]
                for is_told, group in groupby(reads, key=lambda one: one.told is not None):
                    file = hospital.record if is_told else interpretations.record
                    file(reads=list(group), by=by, at=at)
            elif table == EVENTS:
                mine, others, told = hospital.split(ids, effects)
                if mine:
                    hospital.again(event_ids=mine, reads=told, by=by, at=at)
                if others:
                    held_items.interpret(event_ids=others, reads=effects, by=by, at=at)


class AnswerQuestion:
    """Answers what instruments ask; the listener does it, whose connections wait for the reply."""

    kind = ANSWER
    version = 1
    batch = 8
    run = 8
    is_apart = True

    def prepare(
        self, claims: Sequence[Claim], execution: Execution
    ) -> Mapping[int, worklists.Asked]:
        asked = worklists.read([claim.subject_id for claim in claims])
        return {one.message.pk: one for one in asked}

    def apply(
        self,
        claims: Sequence[Claim],
        effects: Mapping[int, worklists.Asked],
        execution: Execution,
    ) -> None:
        asked = [effects[claim.subject_id] for claim in claims if claim.subject_id in effects]
        by, at = Principal.objects.system("interpret"), database_now()
        worklists.answer(asked=asked, by=by, at=at)


class TakeWorkAnswer:
    """Brings lines of work lists to what instruments said of them."""

    kind = WORK_ANSWER
    version = 1
    batch = 16
    run = 1

    def prepare(self, claims: Sequence[Claim], execution: Execution) -> Mapping[int, None]:
        """Nothing is worked out before: each line is moved from the state it is in."""
        return {}

    def apply(
        self, claims: Sequence[Claim], effects: Mapping[int, None], execution: Execution
    ) -> None:
        events = [claim.subject_id for claim in claims]
        by, at = Principal.objects.system("interpret"), database_now()
        worklists.take_answers(event_ids=events, by=by, at=at)


class Reread:
    """Reads one stored message of a run anew; a message is a transaction of its own."""

    kind = REREAD
    version = 1
    batch = 1
    run = 1

    def prepare(self, claims: Sequence[Claim], execution: Execution) -> Mapping[int, Read]:
        """Return what was read, by message."""
        wanted = reread_queries.messages_of([claim.subject_id for claim in claims])
        return {one.message_id: one for one in messages.read(wanted)}

    def apply(
        self, claims: Sequence[Claim], effects: Mapping[int, Read], execution: Execution
    ) -> None:
        by, at = Principal.objects.system("interpret"), database_now()
        if any(one.holds_controls for one in effects.values()):
            controls.lock_against_release()  # before anything else of this transaction is locked
        ids = [claim.subject_id for claim in claims]
        rereadings.apply(reading_ids=ids, reads=effects, by=by, at=at)


class NaniteLoad:
    """Computes ratio or load of a count, with limits."""

    kind = NANITE_LOAD
    version = METHOD_VERSION
    batch = 1
    run = 1

    def prepare(self, claims: Sequence[Claim], execution: Execution) -> Mapping[int, Computed]:
        by_subject = {claim.subject_id: claim.id for claim in claims}
        return {
            by_subject[one.calculation.pk]: compute(one)
            for one in nanite_queries.inputs(list(by_subject))
        }

    def apply(
        self, claims: Sequence[Claim], effects: Mapping[int, Computed], execution: Execution
    ) -> None:
        computed = [effects[claim.id] for claim in claims]
        by = Principal.objects.system("evaluate")
        nanites.record_results(computed=computed, execution=execution, by=by, at=database_now())


class RenderReport:
    """Renders the document of a report's version."""

    kind = REPORT
    version = 1
    batch = 4
    run = 1

    def prepare(self, claims: Sequence[Claim], execution: Execution) -> Mapping[int, bytes]:
        versions_ = report_queries.to_render([claim.subject_id for claim in claims])
        return {version.pk: documents.pdf(version.content) for version in versions_}

    def apply(
        self, claims: Sequence[Claim], effects: Mapping[int, bytes], execution: Execution
    ) -> None:
        mine = {claim.subject_id for claim in claims}
        pdfs = {version: pdf for version, pdf in effects.items() if version in mine}
        by = Principal.objects.system("evaluate")
        reports.store(pdfs=pdfs, execution=execution, by=by, at=database_now())


class TellHospitals:
    """Writes what versions of reports say for the hospitals that ordered them."""

    kind = TELL
    version = 1
    batch = 1
    run = 1

    def prepare(self, claims: Sequence[Claim], execution: Execution) -> Mapping[int, None]:
        """Nothing is worked out before: an earlier version of the report has to be told by then."""
        return {}

    def apply(
        self, claims: Sequence[Claim], effects: Mapping[int, None], execution: Execution
    ) -> None:
        hospital_results.tell(
            version_ids=[claim.subject_id for claim in claims],
            by=Principal.objects.system("evaluate"),
            at=database_now(),
        )


class CountLedger:
    """Counts the ledger anew, at one moment, as `manage.py reconcile` does."""

    kind = LEDGER
    version = 1
    batch = 1
    run = 1
    is_long = True

    def prepare(
        self, claims: Sequence[Claim], execution: Execution
    ) -> Mapping[int, tuple[Counted, int]]:
        begun = time.monotonic()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [ledger.LIMIT])
            counted = ledger.count()
        took_ms = round((time.monotonic() - begun) * 1000)
        return {claim.id: (counted, took_ms) for claim in claims}

    def apply(
        self,
        claims: Sequence[Claim],
        effects: Mapping[int, tuple[Counted, int]],
        execution: Execution,
    ) -> None:
        by, at = Principal.objects.system("sweep"), database_now()
        for claim in claims:
            counted, took_ms = effects[claim.id]
            ledger_counts.record(
                count_id=claim.subject_id,
                counted=counted,
                took_ms=took_ms,
                execution=execution,
                by=by,
                at=at,
            )


def _decided(findings: Iterable[list[Finding]]) -> list[Decided]:
    found = rule_queries.found_just_now(chain.from_iterable(findings))
    return rule_queries.decide(found, rulesets.in_force())


def compute(given: Inputs) -> Computed:
    """Run the numerics; floats become a reportable decimal in one place."""
    cv = given.red_cells_cv_percent
    concentration = given.red_cells_per_ul
    found = nanite_load(
        given.fields,
        red_cells_per_ul=None if concentration is None else float(concentration),
        red_cells_cv=None if cv is None else float(cv) / 100,
    )
    is_load = given.calculation.red_cell_result_id is not None
    estimate = found.per_ul if is_load else found.per_1000_red_cells
    assert estimate is not None  # a load is asked for with a concentration
    assay = catalogue.current().by_code[LOAD if is_load else RATIO][0]
    value = reported(
        *(estimate.value, estimate.high),
        seen=found.nanites,
        decimals=assay.decimals,
        unit=assay.unit,
    )
    return Computed(given.calculation, value, found.to_json())


registry.register(Evaluate())
registry.register(Autoverify())
registry.register(Interpret())
registry.register(AnswerQuestion())
registry.register(TakeWorkAnswer())
registry.register(Reread())
registry.register(NaniteLoad())
registry.register(RenderReport())
registry.register(TellHospitals())
registry.register(CountLedger())
