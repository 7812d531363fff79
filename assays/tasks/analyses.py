"""The parts of analyses and what they give together: computed apart, outside any transaction."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
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
# A storage that is away is asked again after so many seconds.
AWAY_SECONDS = 30.0
CODES = {NeedsMemory: Code.MEMORY, TookTooLong: Code.TIME, ProcessEnded: Code.CRASH}
COMPUTER: Computer = computer(
    "assays.rules.analyses.doing:do",
    megabytes=settings.LABSYS_ANALYSIS_MEMORY_MIB,
    seconds=settings.LABSYS_ANALYSIS_SECONDS,
)

# How often a catalogue that was there may turn out to be gone or damaged before that is a failure.
GONE = 3

logger = logging.getLogger(__name__)


class Analyse:
    """Does parts of runs; what cannot be used is an outcome, and the others are untouched."""

    kind = ANALYSE
    version = 1
    batch = 8
    run = 1
    is_slow = True

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
    is_slow = True

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


def worked(part: AnalysisPart, claim: Claim) -> Worked | Failed | Later:
    """Do the analysis of a part, or note why there is none."""
    begun = time.monotonic()
    kind = AnalysisKind(part.run.kind)
    try:
        told = _searched(part, claim) if kind is AnalysisKind.SEARCH else _computed(part, claim)
    except Refused as refused:
        told = {"refusal": refused.to_json()}
    except contents.ContentDamaged as damaged:
        told = _broken(str(damaged), claim, Code.FAULT)
    except contents.ContentsAway:
        return Later(AWAY_SECONDS)  # no fault of the part: it waits until the storage is back
    if isinstance(told, Failed | Later):
        return told
    milliseconds = round((time.monotonic() - begun) * 1000)
    return Worked(part.pk, told.get("outcome"), told.get("refusal"), milliseconds)


def _computed(part: AnalysisPart, claim: Claim) -> Mapping[str, Any] | Failed:
    """Do a part with the contents, or the rows of the catalogue, that it names."""
    kind = AnalysisKind(part.run.kind)
    if kind is AnalysisKind.REPROFILE:
        attached = [profile_catalogue.stretch(part.given)]
    else:
        attached = [contents.read(one) for one in analyses.contents_of(kind, part.given)]
    return asked(doing.work(kind, part.run.parameters, part.given), claim, attached)


def _searched(part: AnalysisPart, claim: Claim) -> Mapping[str, Any] | Failed | Later:
    """Search the catalogue that a part names; where it is not there yet, it is made step by step.

    Making it takes minutes where there is none and profiles are many: after a while what is more
    urgent goes first, and whoever takes the part next goes on from the last step.
    """
    wanted, until, gone = part.given["catalogue"], time.monotonic() + SLICE_SECONDS, 0
    path = str(profile_catalogue.folder_of(wanted))
    while True:
        step = profile_catalogue.step(wanted)
        if step is None:
            question = doing.work(AnalysisKind.SEARCH, part.run.parameters, part.given, path)
            told = asked(question, claim)
        else:
            question = doing.make(step.folder, step.before, step.after)
            told = asked(question, claim, [step.new, step.gone])
        if isinstance(told, Failed):
            return told
        if "gone" in told:
            gone += 1
            if gone == GONE:
                return _broken(told["gone"], claim, Code.FAULT)
        elif step is None or "refusal" in told:
            return told
        elif time.monotonic() >= until:
            return Later()


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
