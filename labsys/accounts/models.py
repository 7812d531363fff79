"""Principals (whoever acts), users (people who log in), their roles and instruments' keys."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from labsys.accounts.roles import WITHOUT_FORMS, Role
from labsys.accounts.rules.sessions import EndReason
from labsys.lib.choices import choices
from labsys.lib.records import Audit, Export, Record, RecordQuerySet


class PrincipalKind(models.TextChoices):
    PERSON = "PERSON", _("person")
    INSTRUMENT = "INSTRUMENT", _("instrument")
    SYSTEM = "SYSTEM", _("system")


class PrincipalQuerySet(RecordQuerySet):
    def fill_in(self, rows: Iterable[models.Model], *fields: str) -> None:
        """Fetch in one query who stands in these fields of rows, to be shown by their names.

        For rows that join much already: planning more than ten joins takes far longer.
        """
        rows = list(rows)
        ids = {getattr(row, f"{field}_id") for row in rows for field in fields} - {None}
        people = self.select_related("user").in_bulk(ids)
        for row in rows:
            for field in fields:
                setattr(row, field, people.get(getattr(row, f"{field}_id")))

    def system(self, name: str) -> Principal:
        """Return a named system principal, such as `system:evaluate`."""
        found: Principal = self.get(kind=PrincipalKind.SYSTEM, name=f"system:{name}")
        return found


class Principal(Record):
    """Whoever can act: a person, an instrument, or one of the system's named parts."""

    AUDIT = Audit.STATE
    MUTABLE = frozenset({"is_active"})
    EXPORT = {Export.INDIRECT: "name", Export.TECHNICAL: "id kind is_active created_at"}

    kind = models.CharField(max_length=10, choices=PrincipalKind.choices)
    name = models.CharField(max_length=150, unique=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    objects = PrincipalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=PrincipalKind.values), name="accounts_principal_kind_known"
            ),
            models.CheckConstraint(
                condition=(Q(kind="SYSTEM", name__startswith="system:"))
                | (~Q(kind="SYSTEM") & ~Q(name__startswith="system:")),
                name="accounts_principal_system_named",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def display_name(self) -> str:
        """What people read of whoever acted: a person's full name, or what a machine is called.

        `name` is the technical identity: the login of a person. Fetch `user` beside a principal
        that is to be shown.
        """
        user: User | None = getattr(self, "user", None)
        return user.full_name if user is not None else self.name

    def remember_roles(self, held: Iterable[str]) -> None:
        """Take the roles from whoever has just read them together with the principal."""
        self.__dict__["_roles"] = frozenset(held) if self.is_active else frozenset()

    @property
    def roles(self) -> frozenset[str]:
        """The roles in force, read once per request (a principal is loaded per request).

        The system's own parts hold no granted role: the table of roles names them.
        """
        cached: frozenset[str] | None = self.__dict__.get("_roles")
        if cached is None:
            cached = frozenset()
            if self.kind == PrincipalKind.SYSTEM:
                cached = frozenset({self.name})
            elif self.is_active:
                grants = self.role_grants.filter(revocation=None)
                cached = frozenset(grants.values_list("role", flat=True))
            self.__dict__["_roles"] = cached
        return cached


class UserManager(BaseUserManager["User"]):
    """Users are made by `labsys.accounts.actions.users`; there is no other door."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.select_related("principal").get(username=username)


class User(Record, AbstractBaseUser):
    """A person who logs in."""

    AUDIT = Audit.STATE
    MUTABLE = frozenset(
        {
            "password",
            "full_name",
            "email",
            "is_active",
            "password_changed_at",
            "must_change_password",
        }
    )
    SECRET = frozenset({"password"})
    EXPORT = {
        Export.IDENTIFYING: "username full_name email",
        Export.SEALED: "password",
        Export.TECHNICAL: "id principal is_active password_changed_at must_change_password",
    }

    last_login = None  # type: ignore[assignment]
    principal = models.OneToOneField(Principal, on_delete=models.PROTECT, related_name="user")
    username = models.CharField(max_length=150, unique=True)
    full_name = models.CharField(max_length=150)
    email = models.EmailField(blank=True)
    is_active = models.BooleanField(default=True)
    password_changed_at = models.DateTimeField()
    must_change_password = models.BooleanField(
        default=False,
        help_text=_("The password was given by somebody else; a new one is asked for."),
    )

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    def __str__(self) -> str:
        return self.full_name

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name

    @property
    def is_staff(self) -> bool:
        """Whether the admin opens at all; what it shows is each permission's matter."""
        return self.is_active and bool(self.principal.roles - WITHOUT_FORMS)

    @property
    def is_superuser(self) -> bool:
        return False

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Answer no: Django's own permissions are not used, `labsys.lib.policy` is."""
        return False

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff


class RoleGrant(Record):
    """A role given to a principal."""

    AUDIT = Audit.FACT
    EXPORT = {Export.TECHNICAL: "id principal role granted_by recorded_at"}

    principal = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="role_grants")
    role = models.CharField(max_length=32, choices=Role.choices())
    granted_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=[role.value for role in Role]),
                name="accounts_rolegrant_role_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.principal}: {self.role}"


class RoleRevocation(Record):
    """The end of a role grant."""

    AUDIT = Audit.FACT
    EXPORT = {Export.TECHNICAL: "id grant revoked_by recorded_at", Export.INDIRECT: "reason"}

    grant = models.OneToOneField(RoleGrant, on_delete=models.PROTECT, related_name="revocation")
    revoked_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    reason = models.TextField()

    def __str__(self) -> str:
        return f"{self.grant} revoked"


class AccessKeyQuerySet(RecordQuerySet):
    def valid(self, at: datetime) -> AccessKeyQuerySet:
        """Keys that open the API at this moment."""
        found: AccessKeyQuerySet = self.filter(
            revoked_at=None, expires_at__gt=at, principal__is_active=True
        )
        return found


class AccessKey(Record):
    """A 256-bit token of an instrument, shown once and kept as its sha256."""

    AUDIT = Audit.STATE
    MUTABLE = frozenset({"revoked_at"})
    SECRET = frozenset({"digest"})
    EXPORT = {
        Export.SEALED: "digest",
        Export.TECHNICAL: "id principal hint networks created_by recorded_at expires_at revoked_at",
    }

    principal = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="access_keys")
    digest = models.BinaryField(unique=True)
    hint = models.CharField(max_length=12, help_text=_("The first characters, to tell keys apart."))
    networks = models.JSONField(
        default=list, help_text=_("CIDR ranges it may come from; [] = any.")
    )
    created_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    objects = AccessKeyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("recorded_at")),
                name="accounts_accesskey_expires_later",
            )
        ]

    def __str__(self) -> str:
        return f"{self.principal} {self.hint}…"


class LoginSession(Record):
    """One login of one person: when it began, was last used by a person, and why it ended."""

    AUDIT = Audit.OPERATIONAL
    EXPORT = {
        Export.SEALED: "session_key",
        Export.INDIRECT: "address",
        Export.TECHNICAL: "id user started_at seen_at ended_at end_reason",
    }

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="login_sessions")
    session_key = models.CharField(max_length=64, unique=True, help_text=_("sha256 of the key"))
    address = models.GenericIPAddressField(null=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=20, blank=True, choices=choices(EndReason))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None, end_reason="")
                | (Q(ended_at__isnull=False) & ~Q(end_reason="")),
                name="accounts_loginsession_end_has_reason",
            )
        ]
        indexes = [
            models.Index(
                fields=["user", "started_at"],
                condition=Q(ended_at=None),
                name="accounts_loginsession_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} since {self.started_at:%Y-%m-%d %H:%M}"


class StepUp(Record):
    """A person gave their password again in a login: the proof that a signature rests on."""

    AUDIT = Audit.FACT
    EXPORT = {Export.TECHNICAL: "id session confirmed_at"}

    session = models.ForeignKey(LoginSession, on_delete=models.PROTECT, related_name="step_ups")
    confirmed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.session.user} {self.confirmed_at:%Y-%m-%d %H:%M:%S}"
