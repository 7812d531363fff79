"""Results, from entry to release, in the menu and on the home page."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from assays.models import Result, TransmissionItem, TransmissionMessage
from assays.queries import downtime, outbox, transmissions, worklist
from assays.rules.states import ItemStatus, ResultStatus
from labsys.lib import navigation, policy
from labsys.lib.navigation import Group, Tone
from patients import ways

VERIFY = "assays.result.verify"


def _waiting(principal: Any, status: ResultStatus, **more: Any) -> navigation.Counted:
    rows = policy.scope(principal, Result.objects.filter(status=status, **more))
    return navigation.capped(rows)


def to_verify(principal: Any) -> navigation.Counted:
    return _waiting(principal, ResultStatus.RESULTED)


def to_release(principal: Any) -> navigation.Counted:
    return _waiting(principal, ResultStatus.TECHNICALLY_VERIFIED)


def critical(principal: Any) -> navigation.Counted:
    rows = Result.objects.filter(status__in=worklist.WAITING, evaluations__is_critical=True)
    return navigation.capped(policy.scope(principal, rows))


def unsettled(principal: Any) -> navigation.Counted:
    """Messages that are held, wholly or in part, or not read yet."""
    return navigation.capped(TransmissionMessage.objects.filter(status__in=transmissions.OPEN))


def undelivered(principal: Any) -> navigation.Counted:
    """Messages of ours that were refused or given up."""
    return navigation.capped(outbox.left_to_decide())


def held(principal: Any) -> navigation.Counted:
    return navigation.capped(TransmissionItem.objects.filter(status=ItemStatus.HELD))


def typed_from_paper(principal: Any) -> navigation.Counted:
    """Boxes of paper forms that somebody typed and that are not settled."""
    return navigation.capped(policy.scope(principal, downtime.waiting_typed()))


navigation.register(
    _("Print reports"), "report-batch", "assays.report.print", group=Group.RESULTS, order=19
)
navigation.register(
    _("Enter results"),
    "entry",
    "assays.result.enter",
    group=Group.RESULTS,
    order=10,
)
navigation.register(
    _("Count nanites"),
    "admin:assays_nanitecount_add",
    "assays.result.enter",
    group=Group.RESULTS,
    order=11,
)
navigation.register(
    _("Downtime forms"),
    "downtime",
    "assays.downtime.enter",
    group=Group.RESULTS,
    order=12,
)
navigation.register(_("Worklist"), "worklist", VERIFY, group=Group.RESULTS, order=13)
navigation.register(
    _("Held items"),
    "held-items",
    "assays.transmission.view",
    group=Group.RESULTS,
    order=54,
)
navigation.register(
    _("Transmissions"),
    "transmissions",
    "assays.transmission.view",
    group=Group.RESULTS,
    order=55,
)
navigation.register(
    _("Outbox"), "outbox", "assays.transmission.view", group=Group.RESULTS, order=58
)
navigation.register(
    _("Instruments"),
    "instruments",
    "assays.instrument.view",
    group=Group.RESULTS,
    order=56,
)
navigation.register(
    _("Try a message"), "dry-run", "assays.transmission.view", group=Group.RESULTS, order=57
)
navigation.register(_("Plates"), "plates", "assays.plate.read", group=Group.RESULTS, order=17)
navigation.register(_("Analyses"), "analyses", "assays.analysis.run", group=Group.RESULTS, order=16)
navigation.register(
    _("Nanite types"), "nanite-types", "assays.catalogue.view", group=Group.RESULTS, order=17
)
navigation.register(
    _("Population"), "population", "assays.analysis.run", group=Group.RESULTS, order=18
)
navigation.register(
    _("Nanite profiles"), "nanite-profiles", "assays.result.view", group=Group.RESULTS, order=19
)
navigation.register(
    _("Trials of removals"), "trials", "assays.analysis.run", group=Group.RESULTS, order=18
)
navigation.register(
    _("Benefits after removals"), "benefits", "assays.analysis.view", group=Group.RESULTS, order=19
)
navigation.register(
    _("Counts against readers"),
    "micrograph-agreement",
    "assays.analysis.run",
    group=Group.RESULTS,
    order=17,
)
navigation.register(
    _("Completeness ledger"), "ledger", "assays.ledger.view", group=Group.RECORD, order=40
)
navigation.register(
    _("Signatures"),
    "admin:assays_signature_changelist",
    "assays.signature.view",
    group=Group.RECORD,
    order=45,
)
navigation.register(
    _("Set up instruments"),
    "admin:assays_instrument_changelist",
    "assays.instrument.manage",
    group=Group.SYSTEM,
    order=40,
)
navigation.register(
    _("Set up connections"),
    "admin:assays_endpoint_changelist",
    "assays.instrument.manage",
    group=Group.SYSTEM,
    order=41,
)
navigation.register_waiting(
    _("Typed from paper"),
    "downtime",
    "assays.downtime.enter",
    count=typed_from_paper,
    detail=_("not recorded until a second person types the same"),
    tone=Tone.ATTENTION,
    order=35,
)
navigation.register_waiting(
    _("Held items"),
    "held-items",
    "assays.transmission.decide",
    count=held,
    detail=_("sent by instruments and not placed"),
    tone=Tone.ATTENTION,
    order=30,
)
navigation.register_waiting(
    _("Messages not delivered"),
    "outbox",
    "assays.dispatch.decide",
    count=undelivered,
    detail=_("refused by their receiver, or given up"),
    tone=Tone.ATTENTION,
    query="status=LEFT",
    order=48,
)
navigation.register_waiting(
    _("Messages to look at"),
    "transmissions",
    "assays.transmission.view",
    count=unsettled,
    detail=_("held, or not read yet"),
    query="status=ATTENTION",
    order=50,
)
navigation.register_waiting(
    _("Critical, not released"), "worklist", VERIFY, count=critical, tone=Tone.URGENT, order=1
)
navigation.register_waiting(
    _("Results to verify"),
    "worklist",
    VERIFY,
    count=to_verify,
    query="status=RESULTED",
    tone=Tone.ATTENTION,
    order=10,
)
navigation.register_waiting(
    _("Results to release"),
    "worklist",
    "assays.result.release",
    count=to_release,
    query="status=TECHNICALLY_VERIFIED",
    tone=Tone.ATTENTION,
    order=20,
)
ways.offer(_("Results"), "person", "assays.result.view", order=10)
ways.offer(_("Pregnancies"), "pregnancies", "patients.pregnancy.view", order=50)
ways.offer(_("Trends"), "person-trends", "assays.result.view", order=12)
ways.offer(_("Interventions"), "person-interventions", "patients.intervention.view", order=14)
