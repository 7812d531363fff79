"""The gate: a pass or a record number in, one word out, nothing clinical; and what follows there."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from rest_framework.exceptions import ParseError

from assays.pages.acts import OK, attempt
from consent.actions import postings, scans, waivers
from consent.actions.scans import MOST, SCAN, Answer
from consent.models import GateScan, WaiverWithdrawal
from consent.pages.reach import principal_of
from consent.pages.withdrawals import EVERY, acknowledged
from consent.queries import clearances, passes
from consent.queries.postings import open_posting
from consent.queries.programmes import active
from consent.rules.gates import GateStatus
from consent.rules.passes import LONGEST
from consent.rules.scans import BadScan, OfflineScan, read_scan
from consent.templatetags.clearance import gate_words
from labsys.accounts.permissions import polled, requires
from labsys.audit import reads
from labsys.lib import policy, strict_json
from labsys.lib.addresses import text
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput

# How long an answer may be acted upon; what is done then is decided anew in any case.
FRESH = timedelta(minutes=5)
REFRESH_SECONDS = 60
LONGEST_LOG, MOST_IN_LOG = 2 * 2**20, 1_000


@require_http_methods(["GET", "HEAD", "POST"])
@requires(SCAN)
def show(request: HttpRequest) -> HttpResponse:
    """Answer a scan with a word, and let who is cleared leave, come back, or withdraw."""
    principal = principal_of(request)
    programmes = active()
    code = text(request.POST, "programme", most=32)
    context: dict[str, Any] = {"programmes": programmes, "code": code}
    context["wrongly_cleared"] = passes.wrongly_cleared(database_now())
    status = OK
    if request.method == "POST" and "scan" in request.POST:
        status = _act(request)
        if status == OK:
            return redirect("gate")
    elif request.method == "POST":
        # A pass is longer than any record number; what is longer still is none.
        asked = text(request.POST, "asked", most=1100)
        programme = next((one for one in programmes if one.code == code), None)
        answer = scans.scan(asked=asked, programme=programme, by=principal, at=database_now())
        context |= _answered(principal, answer)
    return render(request, "consent/gate.html", context, status=status)


def _answered(principal: Any, answer: Answer) -> dict[str, Any]:
    """Return what the gate is shown: the word, the end, and who it is about."""
    person, away = answer.scan.person, None
    if person is not None:
        reads.record(by=principal, purpose="gate", objects=[person], person_id=person.pk)
        entries = clearances.entries_of([person.pk], known_at=answer.scan.scanned_at)
        away = open_posting(entries[person.pk])
    is_cleared = answer.view.status is GateStatus.CLEARED
    return {
        "scan": answer.scan,
        "view": answer.view,
        "person": person,
        "away": away,
        "every": EVERY,
        "may_leave": is_cleared and away is None and policy.can(principal, postings.RECORD),
        "may_return": away is not None
        and answer.scan.programme is not None
        and policy.can(principal, postings.RETURN),
    }


def _act(request: HttpRequest) -> int:
    """Do what was pressed beside an answer; clearance is decided anew where it counts."""
    move, now = text(request.POST, "move", most=10), database_now()
    if move == "withdraw":
        return _withdraw(request)
    scan = (
        _scanned(request)
        .filter(recorded_by=principal_of(request), scanned_at__gte=now - FRESH)
        .first()
    )
    if scan is None or scan.person is None or scan.programme is None:
        messages.error(request, _("Scan again first."))
        return 422
    if move == "leave":
        given = {"person": scan.person, "programme": scan.programme}
        done = _("%(mrn)s left.") % {"mrn": scan.person.mrn}
        return attempt(request, postings.post, done=done, **given).status
    if move == "return":
        entries = clearances.entries_of([scan.person_id], known_at=now)[scan.person_id]
        away = open_posting(entries)
        if away is None:
            raise Conflict(_("This person is not away."))
        done = _("%(mrn)s came back.") % {"mrn": scan.person.mrn}
        return attempt(request, postings.come_back, posting=away, returned_at=now, done=done).status
    messages.error(request, _("Choose what to do."))
    return 422


def _withdraw(request: HttpRequest) -> int:
    """Withdraw whom a scan is about, whoever made it and however long ago: it is their right."""
    scan = _scanned(request).first()
    if scan is None or scan.person is None:
        messages.error(request, _("Scan again, or type the record number of who withdraws."))
        return 422
    every = scan.programme is None or request.POST.get("scope") == EVERY
    given = {"person": scan.person, "programme": None if every else scan.programme}
    tried = attempt(request, waivers.withdraw, door=WaiverWithdrawal.Door.STAFF, **given)
    if tried.status == OK:
        messages.success(request, f"{scan.person.mrn}: {acknowledged(tried.made)}")
    return tried.status


def _scanned(request: HttpRequest) -> QuerySet[GateScan]:
    """Return the scan that a button stands beside; none where it names none."""
    rows = GateScan.objects.select_related("person", "programme")
    try:
        return rows.filter(uid=uuid.UUID(request.POST.get("scan", "")))
    except ValueError:
        return rows.none()


class LogForm(forms.Form):
    """What a computer without a network kept of its answers."""

    log = forms.FileField(label=gettext_lazy("File of answers"))

    def clean_log(self) -> list[OfflineScan]:
        file = self.cleaned_data["log"]
        if file.size > LONGEST_LOG:
            raise ValidationError(
                _("The file is larger than %(most)s MiB. Send it in parts.")
                % {"most": LONGEST_LOG // 2**20}
            )
        found = []
        for number, line in enumerate(file.read().splitlines(), start=1):
            if not line.strip():
                continue
            try:
                found.append(read_scan(strict_json.loads(line)))
            except (ParseError, InvalidInput, BadScan) as wrong:
                raise ValidationError(
                    _("Line %(number)d is no answer of this gate: %(why)s")
                    % {"number": number, "why": wrong}
                ) from wrong
        if not found:
            raise ValidationError(_("The file holds no answers."))
        if len(found) > MOST_IN_LOG:
            raise ValidationError(
                _(
                    "The file holds %(number)d answers, at most %(most)d are taken: send it in parts."
                )
                % {"number": len(found), "most": MOST_IN_LOG}
            )
        return found


@require_http_methods(["GET", "HEAD", "POST"])
@requires(SCAN)
def offline(request: HttpRequest) -> HttpResponse:
    """Give a page that goes on checking passes when the network is cut; take what was kept then."""
    now = database_now()
    form, status = LogForm(request.POST or None, request.FILES or None, label_suffix=""), OK
    if request.method == "POST":
        status = _take(request, form)
        if status == OK:
            return redirect("gate-offline")
    words = {one.value: str(gate_words(one.value)) for one in GateStatus}
    context = {
        "now": now,
        "saved": saved(now) | {"words": words, "old_seconds": int(LONGEST.total_seconds())},
        "refresh_seconds": REFRESH_SECONDS,
        "most": MOST,
        "form": form,
        "wrongly_cleared": passes.wrongly_cleared(now),
    }
    return render(request, "consent/gate_offline.html", context, status=status)


def _take(request: HttpRequest, form: LogForm) -> int:
    """Put the answers of a file on record; what was recorded before it broke off stays."""
    if not form.is_valid():
        return 422
    untrue: list[str] = []
    found = form.cleaned_data["log"]
    for start in range(0, len(found), MOST):
        tried = attempt(request, scans.keep, beside=form, scans=found[start : start + MOST])
        if tried.status != OK:
            return tried.status
        untrue += [one.who for one in tried.made if one.is_untrue]
    messages.success(request, _("Scans on record: %(number)d.") % {"number": len(found)})
    if untrue:
        messages.error(
            request,
            _("Answered as cleared, and not cleared at that moment: %(who)s. Call them back.")
            % {"who": ", ".join(untrue)},
        )
    return OK


@require_http_methods(["GET", "HEAD"])
@requires(SCAN)
def offline_file(request: HttpRequest) -> HttpResponse:
    """Give the keys and the list of revoked passes as a file for a computer without a network."""
    answer = HttpResponse(json.dumps(saved(database_now())), content_type="application/json")
    answer["Content-Disposition"] = 'attachment; filename="gate.json"'
    return answer


@polled
@require_http_methods(["GET", "HEAD"])
@requires(SCAN)
def offline_fresh(request: HttpRequest) -> HttpResponse:
    """Give the page its list anew while there is a network."""
    return HttpResponse(json.dumps(saved(database_now())), content_type="application/json")


def saved(now: Any) -> dict[str, Any]:
    """Return what checks passes without a network: public keys, and the signed list."""
    return {"keys": passes.shown_keys(), "revocations": passes.revocations(now)}
