"""What is shown of micrographs: drawn outside any transaction, of one after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assays.actions import micrographs
from assays.actions.micrographs import VIEW_WORK, Drawn
from assays.models import Micrograph
from labsys.accounts.models import Principal
from labsys.lib import contents
from labsys.lib.clock import database_now
from labsys.lib.wording import Refused
from labsys.work import registry
from labsys.work.queue import Claim
from labsys.work.registry import Execution


class DrawMicrograph:
    """Makes of a micrograph what pages show; where none can be made, it says why."""

    kind = VIEW_WORK
    version = 1
    batch = 2
    run = 1

    def prepare(self, claims: Sequence[Claim], execution: Execution) -> Mapping[int, Drawn]:
        rows = Micrograph.objects.filter(
            pk__in=[claim.subject_id for claim in claims], view=None
        ).select_related("content")
        return {row.pk: drawn(row) for row in rows}

    def apply(
        self, claims: Sequence[Claim], effects: Mapping[int, Drawn], execution: Execution
    ) -> None:
        mine = {claim.subject_id for claim in claims}
        micrographs.record_views(
            drawn=[one for id_, one in effects.items() if id_ in mine],
            execution=execution,
            by=Principal.objects.system("evaluate"),
            at=database_now(),
        )


def drawn(micrograph: Micrograph) -> Drawn:
    """Draw what is shown of one micrograph."""
    from assays.numerics.picture_views import MEDIA_TYPE, views

    try:
        made = views(contents.read(micrograph.content.sha256))
    except Refused as refused:
        return Drawn(micrograph.pk, None, None, None, None, "", refused.to_json())
    return Drawn(
        micrograph.pk, made.picture, made.thumbnail, made.width, made.height, MEDIA_TYPE, None
    )


registry.register(DrawMicrograph())
