"""Instruments that send, how they are reached, and what their codes mean here."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assays.models.catalogue import Assay, Panel
from assays.models.versioned import Life, Versioned, life_of
from assays.rules.states import SessionState
from labsys.accounts.models import Principal
from labsys.lib.choices import choices
from labsys.lib.records import Audit, Export, Record


class Instrument(Record):
    """An analyser, or another system that sends results, and its connection."""

    AUDIT = Audit.STATE
    MUTABLE = frozenset({"is_active", "driver", "settings", "peer_networks", "time_zone"})
    EXPORT = {
        Export.TECHNICAL: "id principal kind code name manufacturer model protocol driver settings "
        "peer_networks time_zone is_active recorded_at recorded_by"
    }

    class Protocol(models.TextChoices):
        HTTP = "HTTP", "HTTP"
        ASTM = "ASTM", "ASTM (LIS1-A / LIS2-A2)"
        HL7 = "HL7", "HL7 v2 (MLLP)"

    class Kind(models.TextChoices):
        ANALYSER = "ANALYSER", _("analyser")
        HOSPITAL = "HOSPITAL", _("hospital's system: patients and orders")
        REFERENCE_LAB = "REFERENCE_LAB", _("other laboratory")

    principal = models.OneToOneField(Principal, on_delete=models.PROTECT, related_name="instrument")
    kind = models.CharField(max_length=13, choices=Kind.choices, default=Kind.ANALYSER)
    code = models.SlugField(max_length=32, unique=True)
    name = models.CharField(max_length=120)
    manufacturer = models.CharField(max_length=80, blank=True)
    model = models.CharField(max_length=80, blank=True)
    protocol = models.CharField(max_length=4, choices=Protocol.choices)
    driver = models.CharField(max_length=40, blank=True)
    settings = models.JSONField(default=dict, blank=True)
    peer_networks = models.JSONField(default=list, blank=True)
    time_zone = models.CharField(max_length=64, default="UTC")
    is_active = models.BooleanField(default=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["ANALYSER", "HOSPITAL", "REFERENCE_LAB"]),
                name="assays_instrument_kind_known",
            ),
            # Who people are is told over one protocol alone.
            models.CheckConstraint(
                condition=~Q(kind="HOSPITAL") | Q(protocol="HL7"),
                name="assays_instrument_hospital_speaks_hl7",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CodeMapping(Versioned):
    """What a code of an instrument means here; approved by a second person before it is used."""

    LIFE = Life("instruments.mapping", key=("instrument", "code"))
    EXPORT = {
        Export.TECHNICAL: "id instrument code number assay status drafted_by drafted_at approved_by "
        "approved_at active_from active_until"
    }

    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="mappings")
    code = models.CharField(max_length=64)
    assay = models.ForeignKey(Assay, on_delete=models.PROTECT, related_name="mappings")

    class Meta:
        constraints = life_of("assays_codemapping", "instrument", "code")

    def __str__(self) -> str:
        return f"{self.instrument.code} {self.code} = {self.assay}"


class PanelMapping(Versioned):
    """What a hospital's code of a whole panel means here; approved as every mapping is."""

    LIFE = Life("instruments.panel_mapping", key=("instrument", "code"))
    EXPORT = {
        Export.TECHNICAL: "id instrument code number panel status drafted_by drafted_at approved_by "
        "approved_at active_from active_until"
    }

    instrument = models.ForeignKey(
        Instrument, on_delete=models.PROTECT, related_name="panel_mappings"
    )
    code = models.CharField(max_length=64)
    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="mappings")

    class Meta:
        constraints = life_of("assays_panelmapping", "instrument", "code")

    def __str__(self) -> str:
        return f"{self.instrument.code} {self.code} = {self.panel}"


class TransmissionSession(Record):
    """One conversation with an instrument; its frames are in the partitioned frame table."""

    AUDIT = Audit.OPERATIONAL
    EXPORT = {
        Export.INDIRECT: "peer",
        Export.TECHNICAL: "id instrument dialect listener peer_port opened_at closed_at state frames "
        "messages has_changed_frame",
    }

    instrument = models.ForeignKey(
        Instrument, on_delete=models.PROTECT, null=True, related_name="sessions"
    )
    dialect = models.CharField(max_length=4, default="")
    listener = models.CharField(
        max_length=128, blank=True, help_text=_("The process that took the connection.")
    )
    peer = models.GenericIPAddressField()
    peer_port = models.PositiveIntegerField(null=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    state = models.CharField(
        max_length=12, choices=choices(SessionState), default=SessionState.OPEN.value
    )
    frames = models.PositiveIntegerField(default=0)
    messages = models.PositiveIntegerField(default=0)
    has_changed_frame = models.BooleanField(
        db_default=False, help_text=_("A frame came again with its number and another text.")
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["listener"], condition=Q(state="OPEN"), name="assays_session_open"
            ),
            models.Index(
                fields=["instrument", "id"],
                condition=Q(has_changed_frame=True),
                name="assays_session_changed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.instrument or self.peer} {self.opened_at:%Y-%m-%d %H:%M:%S}"


class TransmissionFrame(models.Model):
    """One frame as it crossed the wire, committed before it was acknowledged (read-only here)."""

    id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    session_id = models.BigIntegerField()
    message_id = models.BigIntegerField(null=True)
    sequence = models.IntegerField()
    direction = models.TextField()
    content = models.BinaryField()
    verdict = models.TextField()

    class Meta:
        managed = False
        db_table = "transmission_frame"

    def __str__(self) -> str:
        return f"{self.session_id}/{self.sequence} {self.direction} {_(self.verdict)}"
