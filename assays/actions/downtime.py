"""Paper forms for downtime: printed, typed by two people blind to each other, settled, withdrawn.

Nothing that was typed is changed or removed. Two equal typings become a result: the first person
entered it, the second recorded it, so that neither may verify it. The collection is recorded with
the paper's time where nobody has recorded it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from assays.actions import placing, recordings, specimens
from assays.actions.filing import value_columns
from assays.actions.placing import Typed, entry_of
from assays.models import (
    DowntimeBox,
    DowntimeForm,
    DowntimeOutcome,
    DowntimeTyping,
    Result,
    Specimen,
)
from assays.queries import catalogue
from assays.queries import downtime as queries
from assays.queries import filing as filing_queries
from assays.queries.downtime import Box
from assays.rules import downtime
from assays.rules.downtime import CLOSED, BoxState
from assays.rules.entry_limits import Implausible
from assays.rules.filing import reportable
from assays.rules.holds import Hold
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import bulk, policy
from labsys.lib.clock import check_world_moment
from labsys.lib.errors import Conflict, InvalidInput, NotAllowed, Refusal
from labsys.lib.reasons import check_reason

ENTER = "assays.downtime.enter"
MOST_BOXES = 400


@dataclass(frozen=True, slots=True)
class BoxOutcome:
    """What became of one typed box: how far it is now, its result, or why it is refused."""

    typed: Typed
    state: BoxState | None
    result: Result | None = None
    refusal: Refusal | None = None

    @property
    def said(self) -> str:
        return "" if self.refusal is None else placing.sentence(self.refusal)

    @property
    def is_implausible(self) -> bool:
        """Whether somebody who may can type the value with a reason."""
        return isinstance(self.refusal, Implausible)


def prepare(
    *,
    section: str,
    by: Principal,
    at: datetime,
    specimens: Sequence[Specimen] = (),
    reason: str = "",
) -> DowntimeForm:
    """Make a form with a box for each open test of a section, or of these specimens."""
    policy.check(by, ENTER)
    pairs = queries.to_print(
        by, section=section, specimen_ids=[one.pk for one in specimens], limit=MOST_BOXES
    )
    if not pairs:
        raise InvalidInput(_("Nothing there waits for a value; no form was made."))
    with acting(by=by, at=at, action="assays.downtime.prepare", reason=reason):
        form: DowntimeForm = DowntimeForm.objects.create(
            section=section, reason=reason, box_count=len(pairs), recorded_by=by, recorded_at=at
        )
        bulk.insert(
            DowntimeBox,
            [
                {"form_id": form.pk, "specimen_id": specimen, "assay_id": assay}
                for specimen, assay in pairs
            ],
        )
        return form


def type_row(
    *,
    form: DowntimeForm,
    specimen: Specimen,
    values: Sequence[Typed],
    observed_at: datetime,
    identity: str,
    by: Principal,
    at: datetime,
    collected_at: datetime | None = None,
) -> list[BoxOutcome]:
    """Keep what one person typed from the paper for one specimen; record what two people agree on.

    Nothing is kept where the times contradict each other, or the collection that is on record.
    """
    policy.check(by, ENTER)
    policy.check(by, recordings.ENTER, specimen)
    check_world_moment(observed_at, at=at, field="observed_at")
    if collected_at is not None:
        check_world_moment(collected_at, at=at, field="collected_at")
        if collected_at > observed_at:
            raise InvalidInput(
                _("The paper cannot say both: it was measured before it was collected."),
                field="collected_at",
            )
    with acting(by=by, at=at, action="assays.downtime.type"):
        entries = [entry_of(specimen, one, observed_at) for one in values]
        filing_queries.lock(entries, catalogue=catalogue.current())
        recordings.check_identity(specimen, identity)
        _check_collection(Specimen.objects.get(pk=specimen.pk), collected_at)
        boxes = _boxes(form, specimen)
        return [
            _typed(boxes.get(one.assay_id), one, specimen, observed_at, collected_at, by=by, at=at)
            for one in values
        ]


def settle(
    *, box: DowntimeBox, typing: DowntimeTyping, reason: str, by: Principal, at: datetime
) -> Result:
    """Decide between what others typed, with the paper at hand; never by one of them."""
    policy.check(by, ENTER)
    policy.check(by, recordings.ENTER, box.specimen)
    check_reason(reason)
    with acting(by=by, at=at, action="assays.downtime.settle", reason=reason):
        found = _locked(box)
        if by.pk in {one.by for one in found.facts}:
            raise NotAllowed(_("You typed this box yourself; a third person settles it."))
        if found.state is not BoxState.DIFFERS:
            raise Conflict(_("This box does not differ any more; look at it again."))
        if typing.pk not in {one.id for one in downtime.newest(found.facts)}:
            raise InvalidInput(_("Choose one of the values that were typed."), field="typing")
        outcome = _place(found, typing, by=by, at=at, reason=reason)
        if outcome.refusal is not None:
            raise InvalidInput(outcome.said)
        assert outcome.result is not None
        return outcome.result


def place_agreed(*, box: DowntimeBox, by: Principal, at: datetime) -> Result:
    """Record what two people agreed on and what could not be recorded then; by one of the two."""
    policy.check(by, ENTER)
    policy.check(by, recordings.ENTER, box.specimen)
    with acting(by=by, at=at, action="assays.downtime.place"):
        outcome = _place_agreed(_locked(box), by=by, at=at)
        if outcome.refusal is not None:
            raise InvalidInput(outcome.said)
        if outcome.result is None:
            raise Conflict(_("Two people have to agree on this box first."))
        return outcome.result


def withdraw(*, boxes: Sequence[DowntimeBox], reason: str, by: Principal, at: datetime) -> int:
    """Close boxes that will not become results: not measured on paper, or measured again."""
    policy.check(by, ENTER)
    check_reason(reason)
    with acting(by=by, at=at, action="assays.downtime.withdraw", reason=reason):
        ids = sorted(one.pk for one in boxes)
        rows = DowntimeBox.objects.select_related("specimen").filter(pk__in=ids, outcome=None)
        found = list(rows.order_by("pk"))
        for one in found:
            policy.check(by, recordings.ENTER, one.specimen)
        bulk.insert(
            DowntimeOutcome,
            [
                {"box_id": one.pk, "reason": reason, "recorded_by_id": by.pk, "recorded_at": at}
                for one in found
            ],
            is_repeatable=True,
        )
        return len(found)


def _typed(
    found: Box | None,
    typed: Typed,
    specimen: Specimen,
    observed_at: datetime,
    collected_at: datetime | None,
    *,
    by: Principal,
    at: datetime,
) -> BoxOutcome:
    if found is None:
        return _refused(typed, _("This test has no box on the form."))
    if found.state in CLOSED:
        return _refused(typed, _("This box is settled already."))
    held = catalogue.current()
    refusal = placing.value_refusal(typed, held, by)
    if refusal is not None:
        return BoxOutcome(typed, None, refusal=refusal)
    if found.assay is None or isinstance(
        reportable(typed.value, filing_queries.assay_facts(found.assay)), Hold
    ):
        return _refused(typed, _("This value cannot be recorded for this test."))
    mine = found.mine(by)
    columns = {
        name: value for name, value in value_columns(typed.value).items() if name != "value_text"
    }
    said = {
        **columns,
        "text": typed.text,
        "override": typed.override.strip(),
        "observed_at": observed_at,
        "collected_at": collected_at,
    }
    # A page sent twice says nothing new.
    if mine is None or any(getattr(mine, name) != value for name, value in said.items()):
        DowntimeTyping.objects.create(box=found.box, **said, recorded_by=by, recorded_at=at)
        found = _again(found)
    outcome = _place_agreed(found, by=by, at=at)
    return BoxOutcome(typed, outcome.state, outcome.result, outcome.refusal)


def _place_agreed(found: Box, *, by: Principal, at: datetime) -> BoxOutcome:
    """Record an agreed value: by one of the two who agree, entered by the other."""
    both = downtime.agreement(found.facts)
    state = found.state
    nothing = Typed(found.box.assay_id, value=None, field="")  # type: ignore[arg-type]
    if both is None or state in CLOSED:
        return BoxOutcome(nothing, state)
    if by.pk not in (both[0].by, both[1].by):
        return _refused(nothing, _("One of the two who typed this value records it."), state)
    other = both[1] if both[0].by == by.pk else both[0]
    return _place(found, next(one for one in found.typings if one.pk == other.id), by=by, at=at)


def _place(
    found: Box, typing: DowntimeTyping, *, by: Principal, at: datetime, reason: str = ""
) -> BoxOutcome:
    """Turn one typing into a result, entered by whoever typed it and recorded by somebody else."""
    overrides = [one.override for one in reversed(found.typings) if one.override]
    typed = Typed(
        assay_id=found.box.assay_id,
        value=queries.value_of(typing),  # type: ignore[arg-type]
        field="value",
        text=typing.text,
        override=typing.override or next(iter(overrides), ""),
    )
    before = transaction.savepoint()
    try:
        _record_collection(found.box, typing, by=by, at=at)
    except Refusal as refusal:
        return BoxOutcome(typed, BoxState.AGREED, refusal=refusal)
    (outcome,) = placing.place(
        specimen=found.box.specimen,
        values=[typed],
        observed_at=typing.observed_at,
        by=by,
        entered_by=typing.recorded_by,
        at=at,
    )
    if outcome.result is None:
        transaction.savepoint_rollback(before)  # what is not recorded collects nothing either
        return BoxOutcome(typed, BoxState.AGREED, refusal=outcome.refusal)
    DowntimeOutcome.objects.create(
        box=found.box, result=outcome.result, reason=reason, recorded_by=by, recorded_at=at
    )
    return BoxOutcome(typed, BoxState.RECORDED, outcome.result)


def _record_collection(
    box: DowntimeBox, typing: DowntimeTyping, *, by: Principal, at: datetime
) -> None:
    """Record the collection with the paper's time, unless it is on record; under its lock."""
    specimen = Specimen.objects.get(pk=box.specimen_id)
    _check_collection(specimen, typing.collected_at)
    if typing.collected_at is None or specimen.collected_at is not None:
        return
    specimens.collect_on_paper(
        specimen=specimen,
        by=by,
        at=at,
        collected_at=typing.collected_at,
        reason=_("as downtime form %(form)s says") % {"form": box.form},
    )


def _check_collection(specimen: Specimen, written: datetime | None) -> None:
    """Raise Conflict where the paper says another minute of collection than is on record."""
    recorded = specimen.collected_at
    if written is None or recorded is None:
        return
    if downtime.minute(written) != downtime.minute(recorded):
        raise Conflict(
            _(
                "The paper says that specimen %(specimen)s was collected at %(written)s, and "
                "%(recorded)s is on record. Look at the paper again, or have the record set right."
            )
            % {
                "specimen": specimen.accession,
                "written": f"{localtime(written):%Y-%m-%d %H:%M}",
                "recorded": f"{localtime(recorded):%Y-%m-%d %H:%M}",
            }
        )


def _boxes(form: DowntimeForm, specimen: Specimen) -> dict[int, Box]:
    held = catalogue.current()
    rows = DowntimeBox.objects.filter(form=form, specimen=specimen)
    found = list(rows.select_related("outcome", "specimen", "form").order_by("pk"))
    typed = queries.typings(one.pk for one in found)
    return {
        one.assay_id: queries.box(one, held.assays.get(one.assay_id), typed[one.pk])
        for one in found
    }


def _locked(box: DowntimeBox) -> Box:
    """Lock the specimen of a box, and read the box as it stands then."""
    # The same lock as a recording takes: of two who settle one box the second sees the first.
    Specimen.objects.select_for_update(no_key=True).get(pk=box.specimen_id)
    return _boxes(box.form, box.specimen)[box.assay_id]


def _again(found: Box) -> Box:
    return queries.box(found.box, found.assay, queries.typings([found.box.pk])[found.box.pk])


def _refused(typed: Typed, said: str, state: BoxState | None = None) -> BoxOutcome:
    return BoxOutcome(typed, state, refusal=Conflict(said))
