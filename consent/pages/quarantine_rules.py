"""The rules of quarantine: drafted here by one, approved by another."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assays.pages.acts import OK, attempt
from consent.actions import quarantine_rules
from consent.pages.quarantine_forms import RuleForm
from consent.pages.reach import principal_of
from labsys.accounts.permissions import requires
from labsys.lib import policy
from labsys.lib.addresses import number
from labsys.lib.clock import database_now
from labsys.lib.errors import NotAllowed
from patients.actions import quarantine_rules as registry_rules
from patients.models import QuarantineRule
from patients.queries import quarantine_rules as queries
from patients.rules import quarantine_criteria

VIEW = "patients.quarantinerule.view"


@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW, post=registry_rules.DRAFT)
def index(request: HttpRequest) -> HttpResponse:
    """Show the rules in force, those to come and drafts; draft one, or approve somebody else's."""
    principal = principal_of(request)
    may = {
        "draft": policy.can(principal, registry_rules.DRAFT),
        "approve": policy.can(principal, registry_rules.APPROVE),
    }
    is_approval = request.POST.get("move") == "approve"
    form = RuleForm(request.POST if request.method == "POST" and not is_approval else None)
    status = OK
    if request.method == "POST":
        if not may["approve" if is_approval else "draft"]:
            raise NotAllowed(_("You may not do this."))
        status = _approve(request) if is_approval else _draft(request, form)
        if status == OK:
            return redirect("quarantine-rules")
    at = database_now()
    rules = queries.every(at=at)
    context: dict[str, Any] = {
        "form": form if may["draft"] else None,
        "rules": [(one, quarantine_criteria.read(one.rule.criteria)) for one in rules],
        "may": may,
        "mine": principal.pk,
    }
    return render(request, "consent/quarantine_rules.html", context, status=status)


def _draft(request: HttpRequest, form: RuleForm) -> int:
    if not form.is_valid():
        return 422
    done = _("The rule is drafted; somebody else has to approve it.")
    tried = attempt(request, quarantine_rules.draft, beside=form, done=done, **form.stated())
    return tried.status


def _approve(request: HttpRequest) -> int:
    rule = QuarantineRule.objects.filter(pk=number(request.POST.get("rule")) or 0).first()
    if rule is None:
        raise Http404
    done = _("The rule is in force for orders from now on; those ordered before keep theirs.")
    return attempt(request, registry_rules.approve, rule=rule, done=done).status
