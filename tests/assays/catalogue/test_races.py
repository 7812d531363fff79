"""Two people who add the same thing to the catalogue at the same moment."""

from __future__ import annotations

from assays.actions import catalogue, ledger_counts
from assays.models import Assay, LedgerCount, PanelVersion
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from tests import factories
from tests.assays import laboratory
from tests.assays.verification.test_races import race


def test_a_panel_that_two_draft_at_once_is_one_with_two_drafts(fresh_database: str) -> None:
    (assay,) = laboratory.assays(HGB={}).values()
    authors = [factories.principal(Role.QUALITY_MANAGER) for _number in range(2)]

    done = race(
        {
            by.name: lambda by=by: catalogue.draft_panel(
                code="RED",
                name="Red cells",
                assays=[Assay.objects.get(pk=assay.pk)],
                by=by,
                at=database_now(),
                note="New.",
            )
            for by in authors
        }
    )

    assert len(done) == 2
    assert sorted(PanelVersion.objects.values_list("panel__code", "number")) == [
        ("RED", 1),
        ("RED", 2),
    ]


def test_a_count_of_the_ledger_that_two_ask_for_at_once_is_made_once(fresh_database: str) -> None:
    people = [factories.principal(Role.TECHNOLOGIST) for _number in range(2)]

    done = race(
        {by.name: lambda by=by: ledger_counts.ask(by=by, at=database_now()) for by in people}
    )

    assert len(done) == 2
    assert LedgerCount.objects.count() == 1
