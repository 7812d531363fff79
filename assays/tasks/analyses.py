"""The parts of analyses and what they give together: computed apart, outside any transaction."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.conf import settings

from assays.actions.analyses import runs
from assays.actions.analyses.runs import ANALYSE, CONCLUDE, Concluded, Worked
from assays.models import AnalysisPart
from assays.queries.analyses import profile_catalogue
from assays.queries.analyses import runs as queries
from assays.rules import analyses
from assays.rules.analyses import doing
from assays.rules.analyses.runs import ATTEMPTS, AnalysisKind, Code, given_up
from labsys.accounts.models import Principal
from labsys.lib import contents
from labsys.lib.clock import database_now
from labsys.lib.wording import Refused
from labsys.work import queue, registry
from labsys.work.confinement import (
    Broken,
    Computer,
    NeedsMemory,
    ProcessEnded,
    TookTooLong,
    computer,
)
from labsys.work.queue import Claim
from labsys.work.registry import Execution, Failed, Later

# A worker looks for something more urgent after so many seconds, or after one part that takes longer.
SLICE_SECONDS = 1.0
CODES = {NeedsMemory: Code.MEMORY, TookTooLong: Code.TIME, ProcessEnded: Code.CRASH}
COMPUTER: Computer = computer(
    "assays.rules.analyses.doing:do",
    megabytes=settings.LABSYS_ANALYSIS_MEMORY_MIB,
    seconds=settings.LABSYS_ANALYSIS_SECONDS,
)

# What the parts of these kinds name, read or mapped by the worker.
STORED: Mapping[AnalysisKind, Callable[[Mapping[str, Any]], Any]] = {
    AnalysisKind.SEARCH: lambda given: profile_catalogue.opened(given["catalogue"]),
    AnalysisKind.REPROFILE: profile_catalogue.stretch,
}

logger = logging.getLogger(__name__)


class Analyse:
    """Does parts of runs; what cannot be used is an outcome, and the others are untouched."""

    kind = ANALYSE
    version = 1
    batch = 8
    run = 1

    def prepare(
        self, claims: Sequence[Claim], execution: Execution
    ) -> Mapping[int, Worked | Failed | Later]:
        parts = {part.pk: part for part in queries.to_work([one.subject_id for one in claims])}
        effects: dict[int, Worked | Failed | Later] = {}
        until = time.monotonic() + SLICE_SECONDS
        for claim in claims:
            part = parts.get(claim.subject_id)
            if part is None:  # done, or its run was cancelled
                continue
            is_over = bool(effects) and time.monotonic() >= until
            effects[claim.id] = Later() if is_over else worked(part, claim)
        return effects

    def apply(
        self,
        claims: Sequence[Claim],
        effects: Mapping[int, Worked | Failed | Later],
        execution: Execution,
    ) -> None:
        found = [effects.get(claim.id) for claim in claims]
        runs.record(
            worked=[one for one in found if isinstance(one, Worked)],
            execution=execution,
            by=Principal.objects.system("evaluate"),
            at=database_now(),
        )


class Conclude:
    """Puts together what the parts of a run gave, and ends it."""

    kind = CONCLUDE
    version = 1
    batch = 1
    run = 1

    def prepare(
        self, claims: Sequence[Claim], execution: Execution
    ) -> Mapping[int, Concluded | Failed]:
        return {claim.id: concluded(claim) for claim in claims}

    def apply(
        self,
        claims: Sequence[Claim],
        effects: Mapping[int, Concluded | Failed],
        execution: Execution,
    ) -> None:
        by, at = Principal.objects.system("evaluate"), database_now()
        for claim in claims:
            effect = effects[claim.id]
            assert isinstance(effect, Concluded)  # what failed comes to no `apply`
            runs.conclude(run_id=claim.subject_id, concluded=effect, by=by, at=at)


def worked(part: AnalysisPart, claim: Claim) -> Worked | Failed:
    """Do the analysis of a part, or note why there is none."""
    begun = time.monotonic()
    kind = AnalysisKind(part.run.kind)
    told = _stored(kind, part) if kind in STORED else _apart(kind, part, claim)
    if isinstance(told, Failed):
        return told
    milliseconds = round((time.monotonic() - begun) * 1000)
    return Worked(part.pk, told.get("outcome"), told.get("refusal"), milliseconds)


def _apart(kind: AnalysisKind, part: AnalysisPart, claim: Claim) -> Mapping[str, Any] | Failed:
    """Do a part in the process apart, with the contents that it names."""
    try:
        attached = [contents.read(one) for one in analyses.contents_of(kind, part.given)]
    except contents.ContentDamaged as damaged:
        return _broken(str(damaged), claim, Code.FAULT)
    return asked(doing.work(kind, part.run.parameters, part.given), claim, attached)


def _stored(kind: AnalysisKind, part: AnalysisPart) -> Mapping[str, Any]:
    """Do a part of a kind that reads what is stored: in this process, which has the database."""
    try:
        found = STORED[kind](part.given)
        return {"outcome": analyses.OF_STORED[kind].work(part.run.parameters, part.given, found)}
    except Refused as refused:
        return {"refusal": refused.to_json()}


def concluded(claim: Claim) -> Concluded | Failed:
    """Put together what the parts gave, one after another: those of a large run are many."""
    run = queries.to_conclude(claim.subject_id)
    if run is None:
        return Concluded(None)
    gathered = queries.gathered(run)
    if not gathered.gists:
        return Concluded(None)
    told = asked(doing.combine(AnalysisKind(run.kind), run.parameters, gathered.gists), claim)
    if isinstance(told, Failed):
        return told
    if "refusal" in told:
        return Concluded(None, told["refusal"])
    return Concluded({**told["outcome"], "parts": gathered.digest})


def asked(
    question: Mapping[str, Any], claim: Claim, attached: Sequence[bytes] = ()
) -> Mapping[str, Any] | Failed:
    """Return what was answered; after the last attempt, that it was given up.

    The last claim of all is only there to say so: who took it before, died with it.
    """
    if claim.attempts >= queue.MAX_ATTEMPTS:
        return {"refusal": given_up(Code.WORKERS, attempts=claim.attempts - 1, error="")}
    try:
        return COMPUTER.ask(question, attached)  # type: ignore[no-any-return]
    except Broken as broken:
        return _broken(str(broken), claim, CODES.get(type(broken), Code.FAULT))


def _broken(why: str, claim: Claim, code: Code) -> Mapping[str, Any] | Failed:
    """Note what broke: to be tried again, or given up by name after so many attempts."""
    logger.warning("%s %s: %s: %s", claim.kind, claim.subject_id, code, why)
    if code is not Code.MEMORY and claim.attempts < ATTEMPTS:
        return Failed(why)
    return {"refusal": given_up(code, attempts=claim.attempts, error=why)}


registry.register(Analyse())
registry.register(Conclude())
