"""Typing results: scan the specimen, see whose it is, enter what was measured."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assays.actions import recordings
from assays.admin.typing import AccessionForm, ResultsForm, open_items
from assays.models import Recording, Result, Specimen
from assays.queries import catalogue, stability
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.addresses import number
from labsys.lib.admin import RecordAdmin, principal
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from labsys.lib.refusals import refuse
from patients.queries import banner

ENTER = "assays.result.enter"


class ResultInline(admin.TabularInline):  # type: ignore[type-arg]
    """The values of a recording, to look at."""

    model = Result
    fk_name = "recording"
    fields = ("analyte", "comparator", "value", "value_code", "value_text", "absent_reason", "unit")
    readonly_fields = fields
    ordering = ("pk",)
    extra = 0
    can_delete = False
    show_change_link = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return policy.can(principal(request), "assays.result.view", obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = policy.scope(principal(request), super().get_queryset(request))
        return rows.select_related("analyte")


@admin.register(Recording)
class RecordingAdmin(RecordAdmin):
    """What was recorded in one go; adding one is how results are typed."""

    add_permission = ENTER
    list_display = ("specimen", "door", "recorded_by", "recorded_at")
    list_filter = ("door",)
    list_select_related = ("specimen", "recorded_by")
    ordering = ("-id",)
    search_fields = ("specimen__accession",)
    inlines = (ResultInline,)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Ask for the specimen, show whose it is, take its values."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            return self._post(request)
        if "accession" not in request.GET:
            return self._ask(request, AccessionForm())
        asked = AccessionForm(request.GET)
        specimen = self._find(request, asked)
        if specimen is None:
            return self._ask(request, asked, status=422)
        initial = {
            "specimen": specimen.pk,
            "person": specimen.person_id,
            "observed_at": database_now(),
        }
        return self._show(request, specimen, self._form(specimen, initial=initial))

    def _find(self, request: HttpRequest, asked: AccessionForm) -> Specimen | None:
        if not asked.is_valid():
            return None
        reachable = policy.scope(principal(request), Specimen.objects.all(), ENTER)
        found: Specimen | None = reachable.filter(accession=asked.cleaned_data["accession"]).first()
        if found is None:
            asked.add_error("accession", _("There is no such specimen within your reach."))
        return found

    def _form(self, specimen: Specimen, data: Any = None, **more: Any) -> ResultsForm:
        held = catalogue.current()
        items = open_items(specimen, held)
        asked = [(specimen.pk, item.assay_id) for item in items]
        found = stability.too_old(asked, at=database_now())
        too_old = {assay: why for (_specimen, assay), why in found.items()}
        return ResultsForm(data, items=items, held=held, too_old=too_old, **more)

    def _post(self, request: HttpRequest) -> HttpResponse:
        reachable = policy.scope(principal(request), Specimen.objects.all(), ENTER)
        chosen = number(request.POST.get("specimen"))
        specimen = reachable.filter(pk=chosen).first() if chosen is not None else None
        if specimen is None:
            return self._ask(request, AccessionForm())
        form = self._form(specimen, request.POST)
        if not form.is_valid() or not self._record(request, specimen, form):
            return self._show(request, specimen, form, status=422)
        count = len(form.typed)
        text = ngettext(
            "%(count)d value of specimen %(accession)s recorded.",
            "%(count)d values of specimen %(accession)s recorded.",
            count,
        )
        messages.success(request, text % {"count": count, "accession": specimen.accession})
        return HttpResponseRedirect(reverse("admin:assays_recording_add"))

    def _record(self, request: HttpRequest, specimen: Specimen, form: ResultsForm) -> bool:
        try:
            recordings.record_typed(
                specimen=specimen,
                values=form.typed,
                observed_at=form.cleaned_data["observed_at"],
                expected_person_id=form.cleaned_data["person"],
                by=principal(request),
                at=database_now(),
            )
        except Refusal as refusal:
            refuse(form, refusal)
        return form.is_valid()

    def _ask(self, request: HttpRequest, form: AccessionForm, status: int = 200) -> HttpResponse:
        context = self._context(request, form=form)
        return TemplateResponse(
            request, "assays/admin/recording_specimen.html", context, status=status
        )

    def _show(
        self, request: HttpRequest, specimen: Specimen, form: ResultsForm, status: int = 200
    ) -> HttpResponse:
        by = principal(request)
        reads.record(by=by, purpose="enter", objects=[specimen], person_id=specimen.person_id)
        context = self._context(
            request,
            form=form,
            specimen=specimen,
            banner=banner(specimen.person, at=database_now()),
        )
        return TemplateResponse(
            request, "assays/admin/recording_values.html", context, status=status
        )

    def _context(self, request: HttpRequest, **more: Any) -> dict[str, Any]:
        title = _("Enter results")
        return {**self.admin_site.each_context(request), "opts": self.opts, "title": title, **more}
