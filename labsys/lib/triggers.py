"""Triggers that call labsys's own database functions (created by labsys.audit's first migration).

django-pgtrigger keeps them in step with the models through migrations. Its own template is not
used: it lets any session skip a trigger by setting `pgtrigger.ignore`, and creates one function
per trigger, where the audit function must be one SECURITY DEFINER function that cannot be called.
"""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.db import models
from pgtrigger import compiler, core, migrations

GUARD = "labsys_guard"
AUDIT = "labsys_audit_record"


class CallTriggerSql(compiler.UpsertTriggerSql):
    """Create a trigger that calls an existing function; it cannot be switched off by a setting."""

    def get_template(self) -> str:
        return """
            DROP TRIGGER IF EXISTS {pgid} ON {table};
            CREATE TRIGGER {pgid} {when} {operation} ON {table} {referencing}
                FOR EACH {level} {condition} EXECUTE FUNCTION {execute};
            COMMENT ON TRIGGER {pgid} ON {table} IS '{hash}';
        """


class CallTrigger(pgtrigger.Trigger):
    """A trigger that calls a shared function with arguments taken from the model's declarations."""

    func = "-"
    function = ""

    def arguments(self, model: type[models.Model]) -> list[str]:
        """Return the trigger function's text arguments for this model."""
        raise NotImplementedError

    def render_execute(self, model: Any) -> str:
        quoted = ", ".join("'" + value.replace("'", "''") + "'" for value in self.arguments(model))
        return f"{self.function}({quoted})"

    def compile(self, model: Any) -> compiler.Trigger:
        return compiler.Trigger(
            name=self.name,
            sql=CallTriggerSql(
                pgid=self.get_pgid(model),
                func="-",
                table=model._meta.db_table,
                when=self.when,
                operation=self.operation,
                referencing=self.referencing or "",
                level=self.level,
                condition=self.render_condition(model),
                execute=self.render_execute(model),
            ),
        )


class AddTrigger(migrations.AddTrigger):
    """Adds a trigger in a migration, without rendering every related model anew.

    The option is no part of a rendered model; for some three hundred triggers the rendering took
    most of the time that an empty database needs.
    """

    def state_forwards(self, app_label: str, state: Any) -> None:
        options = state.models[app_label, self.model_name].options
        options["triggers"] = [*options.get("triggers", []), self.trigger]


class GuardTrigger(CallTrigger):
    """Refuse changes to fixed columns and every deletion, for whichever role asks."""

    function = GUARD

    def __init__(self, *, mutable: frozenset[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.mutable = mutable

    def arguments(self, model: type[models.Model]) -> list[str]:
        return [model._meta.label_lower, ",".join(columns(model, self.mutable))]


class AuditTrigger(CallTrigger):
    """Write one event per row of the statement; large and sealed columns leave their digest."""

    function = AUDIT

    def __init__(self, *, hashed: frozenset[str], secret: frozenset[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.hashed = hashed
        self.secret = secret

    def arguments(self, model: type[models.Model]) -> list[str]:
        binary = frozenset(
            name
            for name in self.hashed
            if isinstance(model._meta.get_field(name), models.BinaryField)
        )
        return [
            model._meta.label_lower,
            ",".join(columns(model, binary)),
            ",".join(columns(model, self.hashed - binary)),
            ",".join(columns(model, self.secret)),
        ]


def columns(model: type[models.Model], names: frozenset[str]) -> list[str]:
    """Return the sorted database columns of the named fields."""
    fields = {field.name: str(field.column) for field in model._meta.concrete_fields}
    return sorted(fields[name] for name in names)


def for_record(
    *, mutable: frozenset[str], hashed: frozenset[str], secret: frozenset[str]
) -> list[pgtrigger.Trigger]:
    """Return the triggers of a FACT or STATE table."""
    row, statement = core.Row, core.Statement
    guard: dict[str, Any] = {"mutable": mutable, "when": core.Before}
    audit: dict[str, Any] = {
        "hashed": hashed,
        "secret": secret,
        "when": core.After,
        "level": statement,
    }
    old_and_new = core.Referencing(old="old_rows", new="new_rows")  # type: ignore[no-untyped-call]
    return [
        GuardTrigger(name="guard", level=row, operation=core.Update | core.Delete, **guard),
        GuardTrigger(name="guard_truncate", level=statement, operation=core.Truncate, **guard),
        AuditTrigger(
            name="audit_insert",
            operation=core.Insert,
            referencing=core.Referencing(new="new_rows"),  # type: ignore[no-untyped-call]
            **audit,
        ),
        AuditTrigger(name="audit_update", operation=core.Update, referencing=old_and_new, **audit),
    ]
