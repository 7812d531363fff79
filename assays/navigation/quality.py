"""Quality control, bench records and what went wrong, in the menu and on the home page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from assays.models import ControlHold, LookBack, Nonconformity
from assays.queries import bench, control_items, reagents
from assays.rules.nonconformities import UNSETTLED
from labsys.lib import navigation, policy
from labsys.lib.clock import database_now, hospital_day
from labsys.lib.navigation import Group, Tone

NOW = timedelta()


def bench_due(principal: Any) -> int:
    """Calibrations and tasks overdue, and lots in use after their last day."""
    at = database_now()
    overdue = [one for one in bench.calibrations_due(at, ahead=NOW) if one.is_overdue]
    tasks = bench.maintenance_due(at)
    return len(overdue) + len(tasks) + reagents.expired_in_use(at)


def out_of_control(principal: Any) -> navigation.Counted:
    """Instruments with an assay each whose results go nowhere."""
    return navigation.capped(ControlHold.objects.filter(ended_at=None))


def unmatched_controls(principal: Any) -> navigation.Counted:
    return navigation.capped(control_items.waiting())


def open_look_backs(principal: Any) -> navigation.Counted:
    return navigation.capped(LookBack.objects.filter(closed_at=None))


def nonconformities_open(principal: Any) -> navigation.Counted:
    rows = Nonconformity.objects.filter(status__in=[one.value for one in UNSETTLED])
    return navigation.capped(policy.scope(principal, rows))


def nonconformities_overdue(principal: Any) -> navigation.Counted:
    rows = Nonconformity.objects.filter(status__in=[one.value for one in UNSETTLED])
    late = rows.filter(due_on__lt=hospital_day(database_now()))
    return navigation.capped(policy.scope(principal, late))


navigation.register(
    _("Quality control"), "controls", "assays.control.view", group=Group.QUALITY, order=10
)
navigation.register(
    _("QC not matched"), "control-items", "assays.control.view", group=Group.QUALITY, order=11
)
navigation.register(
    _("Look-backs"), "look-backs", "assays.lookback.view", group=Group.QUALITY, order=12
)
navigation.register(
    _("Control lots"),
    "admin:assays_controllot_changelist",
    "assays.control.stock",
    group=Group.QUALITY,
    order=13,
)
navigation.register(_("Bench records"), "bench", "assays.bench.view", group=Group.QUALITY, order=14)
navigation.register(_("External quality"), "eqa", "assays.eqa.view", group=Group.QUALITY, order=15)
navigation.register(
    _("Autoverification"),
    "rulesets",
    "assays.ruleset.view",
    group=Group.QUALITY,
    order=16,
)
navigation.register(
    _("Nonconformities"),
    "nonconformities",
    "assays.nonconformity.report",
    group=Group.QUALITY,
    order=17,
)
navigation.register_waiting(
    _("Due at the bench"),
    "bench",
    "assays.bench.record",
    count=bench_due,
    detail=_("calibrations, maintenance, expired lots in use"),
    order=60,
)
navigation.register_waiting(
    _("Out of control"),
    "controls",
    "assays.control.view",
    count=out_of_control,
    detail=_("instruments whose results are kept back"),
    query="standing=OUT_OF_CONTROL",
    tone=Tone.URGENT,
    order=5,
)
navigation.register_waiting(
    _("QC not matched"),
    "control-items",
    "assays.control.record",
    count=unmatched_controls,
    detail=_("control values nobody could place"),
    tone=Tone.ATTENTION,
    order=32,
)
navigation.register_waiting(
    _("Open look-backs"),
    "look-backs",
    "assays.lookback.view",
    count=open_look_backs,
    tone=Tone.ATTENTION,
    order=34,
)
navigation.register_waiting(
    _("Nonconformities not settled"),
    "nonconformities",
    "assays.nonconformity.view",
    count=nonconformities_open,
    tone=Tone.ATTENTION,
    order=60,
)
navigation.register_waiting(
    _("Nonconformities overdue"),
    "nonconformities",
    "assays.nonconformity.view",
    count=nonconformities_overdue,
    query="overdue=1",
    tone=Tone.URGENT,
    order=60,
)
