"""Specimens, from the draw to their disposal, in the menu and on the home page."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from assays.models import Disposal, Specimen
from assays.queries import genealogy, orders_received
from assays.rules.states import OrderStatus, SpecimenStatus
from labsys.lib import navigation, policy
from labsys.lib.navigation import Group, Tone


def to_collect(principal: Any) -> navigation.Counted:
    rows = Specimen.objects.filter(status=SpecimenStatus.EXPECTED, order__status=OrderStatus.ACTIVE)
    return navigation.capped(policy.scope(principal, rows))


def on_the_way(principal: Any) -> navigation.Counted:
    rows = Specimen.objects.filter(status=SpecimenStatus.COLLECTED)
    return navigation.capped(policy.scope(principal, rows))


def orders_to_look_at(principal: Any) -> navigation.Counted:
    """Things to look at about orders that hospitals placed."""
    return navigation.capped(policy.scope(principal, orders_received.open_notices()))


def aliquots_undecided(principal: Any) -> navigation.Counted:
    return navigation.capped(policy.scope(principal, genealogy.undecided()))


def disposals_to_confirm(principal: Any) -> navigation.Counted:
    rows = Disposal.objects.filter(status="PROPOSED").exclude(recorded_by=principal.pk)
    return navigation.capped(policy.scope(principal, rows))


navigation.register(
    _("Collect"),
    "specimen-collect",
    "assays.specimen.collect",
    group=Group.SPECIMENS,
    order=10,
)
navigation.register(
    _("Receive"),
    "specimen-receive",
    "assays.specimen.receive",
    group=Group.SPECIMENS,
    order=11,
)
navigation.register(
    _("Orders"),
    "admin:assays_order_changelist",
    "assays.order.view",
    group=Group.SPECIMENS,
    order=12,
)
navigation.register(
    _("Orders received"),
    "orders-received",
    "assays.order.look_at",
    group=Group.SPECIMENS,
    order=12,
)
navigation.register(
    _("Specimens"), "specimens", "assays.specimen.view", group=Group.SPECIMENS, order=13
)
navigation.register(
    _("Hand over"), "custody", "assays.custody.record", group=Group.SPECIMENS, order=14
)
navigation.register(_("Storage"), "storage", "assays.storage.view", group=Group.SPECIMENS, order=15)
navigation.register(
    _("Shipments"), "shipments", "assays.shipment.view", group=Group.SPECIMENS, order=16
)
navigation.register(
    _("Disposal"), "disposals", "assays.disposal.view", group=Group.SPECIMENS, order=17
)
navigation.register(
    _("My orders"), "requested", "assays.order.place", group=Group.PATIENTS, order=30
)
navigation.register_waiting(
    _("Specimens to collect"),
    "specimen-collect",
    "assays.specimen.collect",
    count=to_collect,
    order=30,
)
navigation.register_waiting(
    _("Orders to look at"),
    "orders-received",
    "assays.order.look_at",
    count=orders_to_look_at,
    detail=_("ordered twice by the hospital, or with a tube that is not assigned"),
    query="show=open",
    tone=Tone.ATTENTION,
    order=32,
)
navigation.register_waiting(
    _("Specimens on the way"),
    "specimen-receive",
    "assays.specimen.receive",
    count=on_the_way,
    order=40,
)
navigation.register_waiting(
    _("Aliquots to decide about"),
    "aliquots-undecided",
    "assays.specimen.reject",
    count=aliquots_undecided,
    detail=_("their specimen turned out unfit"),
    tone=Tone.ATTENTION,
    order=62,
)
navigation.register_waiting(
    _("Disposals to confirm"),
    "disposals",
    "assays.disposal.confirm",
    count=disposals_to_confirm,
    order=64,
)
