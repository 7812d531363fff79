"""The queue to look at, and parked work to decide on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from labsys.lib.admin import Move, ReasonForm, RecordAdmin
from labsys.work import periodic, registry
from labsys.work.actions import decisions
from labsys.work.models import WorkDecision, WorkItem, WorkState


class DecisionInline(admin.TabularInline):  # type: ignore[type-arg]
    """What was decided about an item before."""

    model = WorkDecision
    fields = ("recorded_at", "decided_by", "decision", "reason", "error")
    readonly_fields = fields
    ordering = ("pk",)
    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("decided_by")


def _retry(*, obj: WorkItem, by: Any, at: datetime, reason: str) -> Any:
    return decisions.retry(item=obj, by=by, at=at, reason=reason)


def _reject(*, obj: WorkItem, by: Any, at: datetime, reason: str) -> Any:
    return decisions.reject(item=obj, by=by, at=at, reason=reason)


def _is_parked(item: WorkItem) -> bool:
    return item.state == WorkState.PARKED


class KindFilter(admin.SimpleListFilter):
    """What is to be done: as the workers name it, which asks nothing of a million items."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, Any]]:
        periodic.load()
        kinds = sorted({kind for kind, _version in registry.kinds()})
        return [(kind, kind) for kind in kinds]

    def queryset(self, _request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(WorkItem)
class WorkItemAdmin(RecordAdmin):
    """Work on the queue; what failed five times is parked and waits for a person."""

    list_display = ("id", "kind", "subject_id", "state", "priority", "attempts", "created_at")
    list_filter = ("state", KindFilter)
    ordering = ("-id",)
    fields = (
        *("kind", "version", "subject_table", "subject_id", "state", "priority", "attempts"),
        *("created_at", "available_at", "finished_at", "predecessor_parked", "worker"),
        "last_error",
    )
    readonly_fields = fields
    inlines = (DecisionInline,)
    moves = (
        Move(
            name="retry",
            label=_("Try again"),
            permission="work.item.decide",
            act=_retry,
            form=ReasonForm,
            applies=_is_parked,
            done=_("The item is on the queue again."),
        ),
        Move(
            name="reject",
            label=_("Reject"),
            permission="work.item.decide",
            act=_reject,
            form=ReasonForm,
            applies=_is_parked,
            done=_("The item is off the queue for good."),
            is_serious=True,
        ),
    )
