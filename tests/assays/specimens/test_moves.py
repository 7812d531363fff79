"""Every pair of states: a specimen moves as its table says, each time with one event."""

from __future__ import annotations

from itertools import product

import pytest

from assays.actions import specimens
from assays.actions.specimens import SpecimenMoved
from assays.actions.specimens.moves import move
from assays.models import Specimen, SpecimenEvent
from assays.rules.states import SPECIMEN, SpecimenStatus
from labsys.accounts.roles import Role
from labsys.audit.context import acting
from labsys.lib.clock import database_now
from tests import factories, laboratory

pytestmark = pytest.mark.django_db
S = SpecimenStatus


@pytest.fixture
def worker():
    return factories.principal(Role.PATHOLOGIST, Role.TECHNOLOGIST, name="worker")


def specimen_in(state: S, by) -> Specimen:
    """Drive a specimen to a state by actions alone."""
    laboratory.load_catalogue()
    found = laboratory.order("TSH", by=by).specimens.get()
    at = database_now()
    reached = {
        S.EXPECTED: 0, S.COLLECTED: 1, S.RECEIVED: 2, S.AVAILABLE: 3, S.DISPOSED: 3,
        S.UNSATISFACTORY: 2, S.LOST: 1, S.ENTERED_IN_ERROR: 0,
    }[state]  # fmt: skip
    if reached > 0:
        laboratory.collect(found, by=by)
    if reached > 1:
        specimens.receive(specimen=found, by=by, at=at)
    if reached > 2:
        specimens.make_available(specimen=found, by=by, at=at)
    if state is S.DISPOSED:
        specimens.dispose(specimen=found, by=by, at=at)
    if state is S.UNSATISFACTORY:
        specimens.reject(specimen=found, by=by, at=at, reason_code="RH")
    if state is S.LOST:
        specimens.lose(specimen=found, by=by, at=at, reason="Not in the rack.")
    if state is S.ENTERED_IN_ERROR:
        specimens.mark_entered_in_error(specimen=found, by=by, at=at, reason="Twice.")
    return found


@pytest.mark.parametrize(("old", "new"), list(product(S, repeat=2)))
def test_a_specimen_moves_as_its_table_says_or_not_at_all(old: S, new: S, worker) -> None:
    found, at = specimen_in(old, worker), database_now()
    events = SpecimenEvent.objects.filter(specimen=found).count()
    changes = {"collected_at": at} if new is S.COLLECTED else {}

    with acting(by=worker, at=at, action="test"):
        if SPECIMEN.can_move(old, new):
            move(found, to=new, by=worker, at=at, **changes)
        else:
            with pytest.raises(SpecimenMoved, match=rf"Specimen {found} is .* cannot become"):
                move(found, to=new, by=worker, at=at, **changes)

    is_allowed = SPECIMEN.can_move(old, new)
    assert Specimen.objects.get(pk=found.pk).status == (new if is_allowed else old)
    assert SpecimenEvent.objects.filter(specimen=found).count() - events == is_allowed


def test_a_row_read_before_somebody_else_moved_it_moves_nothing(worker) -> None:
    found = specimen_in(S.EXPECTED, worker)
    stale = Specimen.objects.select_related("person").get(pk=found.pk)
    laboratory.collect(found, by=worker)

    with pytest.raises(SpecimenMoved, match="no longer not collected yet"):
        laboratory.collect(stale, by=worker)


def test_a_failing_event_leaves_the_specimen_where_it_was(worker, monkeypatch) -> None:
    found = specimen_in(S.EXPECTED, worker)

    def fail(*args, **kwargs) -> None:
        raise RuntimeError("no event")

    monkeypatch.setattr(SpecimenEvent.objects, "create", fail)

    with pytest.raises(RuntimeError, match="no event"):
        laboratory.collect(found, by=worker)

    held = Specimen.objects.get(pk=found.pk)
    assert (held.status, held.collected_at) == ("EXPECTED", None)
