"""What is shown of micrographs: drawn outside any transaction, of one after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assays.actions import micrographs
from assays.actions.micrographs import VIEW_WORK, Drawn
from assays.models import Micrograph
from assays.rules.analyses import doing
from assays.tasks import analyses
from labsys.accounts.models import Principal
from labsys.lib import contents
from labsys.lib.clock import database_now
from labsys.work import registry
from labsys.work.queue import Claim
from labsys.work.registry import Execution, Failed, Later


class DrawMicrograph:
    """Makes of a micrograph what pages show; where none can be made, it says why."""

    kind = VIEW_WORK
    version = 1
    batch = 1  # one may take as long as a task may
    run = 1
    is_slow = True

    def prepare(
        self, claims: Sequence[Claim], execution: Execution
    ) -> Mapping[int, Drawn | Failed | Later]:
        rows = Micrograph.objects.filter(
            pk__in=[claim.subject_id for claim in claims], view=None
        ).select_related("content")
        undrawn = {row.pk: row for row in rows}
        return {
            claim.id: drawn(undrawn[claim.subject_id], claim)
            for claim in claims
            if claim.subject_id in undrawn
        }

    def apply(
        self,
        claims: Sequence[Claim],
        effects: Mapping[int, Drawn | Failed | Later],
        execution: Execution,
    ) -> None:
        found = [effects.get(claim.id) for claim in claims]
        micrographs.record_views(
            drawn=[one for one in found if isinstance(one, Drawn)],
            execution=execution,
            by=Principal.objects.system("evaluate"),
            at=database_now(),
        )


def drawn(micrograph: Micrograph, claim: Claim) -> Drawn | Failed | Later:
    """Have drawn, in the process apart, what is shown of one micrograph."""
    try:
        content = contents.read(micrograph.content.sha256)
    except contents.ContentDamaged as damaged:
        return Failed(str(damaged))
    except contents.ContentsAway:
        return Later(analyses.AWAY_SECONDS)
    told = analyses.asked(doing.draw(), claim, [content])
    if isinstance(told, Failed):
        return told
    if "refusal" in told:
        return Drawn(micrograph.pk, None, None, None, None, "", told["refusal"])
    made = told["outcome"]
    picture, thumbnail = doing.pictures(made)
    return Drawn(
        micrograph.pk, picture, thumbnail, made["width"], made["height"], made["media_type"], None
    )


registry.register(DrawMicrograph())
