"""Logins as they are and were; an administrator may end one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from labsys.accounts.actions import sessions
from labsys.accounts.models import LoginSession
from labsys.accounts.rules.sessions import EndReason
from labsys.lib.admin import Move, RecordAdmin


def _end(*, obj: LoginSession, by: Any, at: datetime) -> None:
    sessions.end(session=obj, reason=EndReason.ADMINISTRATOR, by=by, at=at)


@admin.register(LoginSession)
class LoginSessionAdmin(RecordAdmin):
    """Who is logged in, from where and since when."""

    fields = ("user", "address", "started_at", "seen_at", "ended_at", "end_reason")
    list_display = ("user", "address", "started_at", "seen_at", "ended_at", "end_reason")
    list_filter = ("end_reason",)
    list_select_related = ("user",)
    ordering = ("-id",)
    moves = (
        Move(
            name="end",
            label=_("End this login"),
            permission="accounts.session.end",
            act=_end,
            applies=lambda session: session.ended_at is None,
            done=_("The login has ended."),
            is_serious=True,
        ),
    )
