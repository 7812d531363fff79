"""How an instrument is reached, and how its connection stands."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assays.models.instruments import Instrument
from assays.rules.endpoints import WIRED, EndpointRole, LineState
from assays.rules.line_faults import LineFault
from labsys.accounts.models import Principal
from labsys.lib.choices import choices
from labsys.lib.records import Audit, Export, Record

ROLES = [
    (EndpointRole.SHARED.value, _("it calls the port that all share")),
    (EndpointRole.SERVER.value, _("it calls a port of its own")),
    (EndpointRole.CLIENT.value, _("it is called")),
    (EndpointRole.FOLDER.value, _("it leaves files in a folder")),
    (EndpointRole.HTTP.value, _("it posts to the API over HTTP")),
]
_PORTED = [EndpointRole.SERVER.value, EndpointRole.CLIENT.value]
_FOLDER, _CLIENT = EndpointRole.FOLDER.value, EndpointRole.CLIENT.value


class Endpoint(Record):
    """One way of reaching an instrument: a port, an address to call, a folder, and its limits."""

    AUDIT = Audit.STATE
    MUTABLE = frozenset(
        {"host", "port", "folder", "pattern", "stable_seconds", "framing", "idle_seconds"}
        | {"silence_minutes", "answer_seconds", "sends", "tls", "fingerprints", "is_active"}
    )
    EXPORT = {
        Export.TECHNICAL: "id instrument role host port folder pattern stable_seconds framing "
        "idle_seconds silence_minutes answer_seconds sends tls fingerprints is_active recorded_at "
        "recorded_by"
    }

    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="endpoints")
    role = models.CharField(_("way"), max_length=6, choices=ROLES)
    host = models.CharField(max_length=253, blank=True)
    port = models.PositiveIntegerField(null=True, blank=True)
    folder = models.CharField(max_length=200, blank=True)
    pattern = models.CharField(max_length=80, blank=True)
    stable_seconds = models.PositiveIntegerField(null=True, blank=True)
    framing = models.JSONField(default=dict, blank=True)
    idle_seconds = models.PositiveIntegerField(null=True, blank=True)
    silence_minutes = models.PositiveIntegerField(null=True, blank=True)
    answer_seconds = models.PositiveIntegerField(null=True, blank=True)
    sends = models.BooleanField(default=False)
    tls = models.BooleanField(_("encrypted (TLS)"), default=False)
    fingerprints = models.JSONField(default=list, blank=True)
    is_active = models.BooleanField(default=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("connection")
        verbose_name_plural = _("connections")
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=[role.value for role in EndpointRole]),
                name="assays_endpoint_role_known",
            ),
            models.CheckConstraint(
                condition=Q(role__in=_PORTED, port__isnull=False, port__gte=1, port__lte=65_535)
                | (~Q(role__in=_PORTED) & Q(port=None)),
                name="assays_endpoint_port_where_one_is_used",
            ),
            models.CheckConstraint(
                condition=(Q(role=_CLIENT) & ~Q(host="")) | (~Q(role=_CLIENT) & Q(host="")),
                name="assays_endpoint_host_where_it_is_called",
            ),
            models.CheckConstraint(
                condition=(
                    Q(role=_FOLDER, stable_seconds__isnull=False, stable_seconds__gte=1)
                    & ~Q(folder="")
                )
                | (~Q(role=_FOLDER) & Q(folder="", pattern="", stable_seconds=None)),
                name="assays_endpoint_folder_where_one_is_watched",
            ),
            models.CheckConstraint(
                condition=Q(role__in=_PORTED) | Q(tls=False),
                name="assays_endpoint_tls_on_lines_of_its_own",
            ),
            models.CheckConstraint(
                condition=Q(tls=True) | Q(fingerprints=[]),
                name="assays_endpoint_fingerprints_with_tls",
            ),
            models.CheckConstraint(
                condition=Q(role__in=[role.value for role in WIRED])
                | Q(sends=False, idle_seconds=None, answer_seconds=None),
                name="assays_endpoint_line_limits_on_lines",
            ),
            models.UniqueConstraint(
                fields=["port"],
                condition=Q(role=EndpointRole.SERVER.value, is_active=True),
                name="assays_endpoint_one_per_port",
            ),
            models.UniqueConstraint(
                fields=["host", "port"],
                condition=Q(role=_CLIENT, is_active=True),
                name="assays_endpoint_one_per_address",
            ),
            models.UniqueConstraint(
                fields=["folder"],
                condition=Q(role=_FOLDER, is_active=True),
                name="assays_endpoint_one_per_folder",
            ),
            models.UniqueConstraint(
                fields=["instrument", "role"],
                condition=Q(
                    role__in=[EndpointRole.SHARED.value, EndpointRole.HTTP.value], is_active=True
                ),
                name="assays_endpoint_one_shared_each",
            ),
            models.UniqueConstraint(
                fields=["instrument"],
                condition=Q(sends=True, is_active=True),
                name="assays_endpoint_one_sends",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.instrument}, {self.place}"

    @property
    def place(self) -> str:
        """Where it is: a port, an address, a folder, or the words of its role."""
        if self.role == EndpointRole.SERVER:
            return f":{self.port}"
        if self.role == EndpointRole.CLIENT:
            host = f"[{self.host}]" if ":" in self.host else self.host
            return f"{host}:{self.port}"
        return self.folder or str(self.get_role_display())


class EndpointState(Record):
    """How a connection stands, as the listener that has it said last; no row: never used.

    Instruments on the shared ports have a row without an endpoint, or with that of role SHARED. The
    process that `listener` names has the endpoint to itself until `lease_until`. Counts are of that
    process; a row whose `reported_at` is old is what was so then.
    """

    AUDIT = Audit.OPERATIONAL
    EXPORT = {
        Export.TECHNICAL: "id instrument endpoint listener lease_until state since reported_at "
        "connections last_in_at last_out_at messages_in messages_out in_minute out_minute errors "
        "refused last_error_at last_error last_error_values"
    }

    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="lines")
    endpoint = models.ForeignKey(
        Endpoint, on_delete=models.PROTECT, null=True, related_name="states"
    )
    listener = models.CharField(max_length=128, blank=True)
    lease_until = models.DateTimeField(null=True)
    state = models.CharField(max_length=9, choices=choices(LineState))
    since = models.DateTimeField()
    reported_at = models.DateTimeField()
    connections = models.PositiveIntegerField(default=0)
    last_in_at = models.DateTimeField(null=True)
    last_out_at = models.DateTimeField(null=True)
    messages_in = models.PositiveBigIntegerField(default=0)
    messages_out = models.PositiveBigIntegerField(default=0)
    in_minute = models.PositiveIntegerField(default=0)
    out_minute = models.PositiveIntegerField(default=0)
    errors = models.PositiveBigIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0, help_text=_("Files that were refused."))
    last_error_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
    last_error_values = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["instrument", "endpoint"],
                nulls_distinct=False,
                name="assays_endpointstate_one_each",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in LineState]),
                name="assays_endpointstate_state_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.endpoint or self.instrument} {self.state}"

    @property
    def fault(self) -> LineFault | None:
        """What went wrong on it last."""
        return LineFault(self.last_error, self.last_error_values) if self.last_error else None
