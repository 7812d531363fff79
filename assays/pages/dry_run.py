"""A pasted message tried: what it says, and what filing would do with it. Nothing is stored."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from assays.actions.hospital import filing as hospital
from assays.instruments import charsets, visible
from assays.instruments.hl7.header import header
from assays.models import DriverFamily, Instrument
from assays.pages import parsed
from assays.pages.transmissions import SHOWN_BYTES, VIEW
from assays.queries import dry_runs, families
from assays.queries.dry_runs import DryRun
from assays.rules.states import VersionStatus
from labsys.accounts.models import Principal
from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.addresses import number
from labsys.lib.clock import database_now
from labsys.lib.errors import Refusal
from labsys.lib.refusals import refuse
from patients.models import Person

LARGEST = 1024 * 1024
MOST_MESSAGES = 20
MOST_VALUES = 500
MOST_DRAFTS = 50
# Where a message begins: the letters may stand inside another one as well.
_HL7 = re.compile(rb"(?:\A|[\x0b\r\n]|\xef\xbb\xbf)MSH")


class MessageForm(forms.Form):
    """The message as text or as a file, and who would have sent it."""

    text = forms.CharField(
        label=gettext_lazy("Message"),
        required=False,
        strip=False,
        max_length=LARGEST,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "class": "code"}),
        help_text=gettext_lazy(
            "As it came: framed or not, one or several. Control characters may stand by name, such "
            "as &lt;STX&gt; and &lt;CR&gt;."
        ),
    )
    file = forms.FileField(
        label=gettext_lazy("or the file that holds it"),
        required=False,
        help_text=gettext_lazy("At most 1 MiB; byte for byte, whatever its character set."),
    )
    instrument = forms.ModelChoiceField(
        label=gettext_lazy("Sent by"),
        queryset=Instrument.objects.none(),
        required=False,
        empty_label=gettext_lazy("whom the message names"),
    )
    driver = forms.ChoiceField(label=gettext_lazy("Read by"), required=False)

    def __init__(self, *args: Any, principal: Principal, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        known: list[Any] = [("", _("its own driver")), *families.choices()]
        asked = self.data.get("driver") or self.initial.get("driver") or ""
        if drafts := _drafts(principal, asked):
            known.append((_("not in force"), drafts))
        self.fields["driver"].choices = known  # type: ignore[attr-defined]
        rows = Instrument.objects.exclude(protocol=Instrument.Protocol.HTTP).order_by("code")
        self.fields["instrument"].queryset = policy.scope(principal, rows)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        file, text = data.get("file"), data.get("text", "")
        if bool(file) == bool(text.strip()):
            raise forms.ValidationError(_("Paste a message, or choose a file: one of the two."))
        if file and file.size > LARGEST:
            raise forms.ValidationError(
                _("The file is larger than 1 MiB, more than is tried here.")
            )
        data["raw"] = file.read() if file else _typed(text)
        return data


def _drafts(principal: Principal, asked: str) -> list[tuple[str, str]]:
    """Return the versions still to come into force, the newest first, and the one asked for."""
    waiting = (VersionStatus.DRAFT, VersionStatus.APPROVED)
    kept = DriverFamily.objects.exclude(status=VersionStatus.DISCARDED)
    rows = policy.scope(principal, kept.order_by("-pk"))
    found = list(rows.filter(status__in=waiting)[:MOST_DRAFTS])
    number_of = number(asked.removeprefix(families.DRAFT)) if families.DRAFT in asked else None
    if number_of is not None and number_of not in [one.pk for one in found]:
        found += rows.filter(pk=number_of)
    return [
        (f"{families.DRAFT}{one.pk}", f"{one.label} ({one}, {one.get_status_display()})")
        for one in found
    ]


def _typed(text: str) -> bytes:
    """Return the bytes of a pasted message in the character set that it declares."""
    raw = visible.typed(text)
    begun = _HL7.search(raw)
    codec = charsets.codec(header(raw[begun.end() - 3 :]).charset) if begun else None
    try:
        return visible.typed(text, charset=codec) if codec else raw
    except UnicodeEncodeError as error:
        said = {"character": text[error.start], "charset": codec}
        words = _(
            "“%(character)s” is not in the character set that the message declares (%(charset)s)."
        )
        raise forms.ValidationError(words % said) from error


@sensitive_post_parameters("text")
@require_http_methods(["GET", "HEAD", "POST"])
@requires(VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """Ask for a message; say what is read in it, and what would be filed and held, and why."""
    principal = request.principal  # type: ignore[attr-defined]
    if request.method != "POST":
        chosen = {
            "driver": request.GET.get("driver", ""),
            "instrument": number(request.GET.get("instrument", "")),
        }
        return _page(request, MessageForm(principal=principal, initial=chosen), [])
    form = MessageForm(request.POST, request.FILES, principal=principal)
    if not form.is_valid():
        return _page(request, form, [], status=422)
    data = form.cleaned_data
    try:
        found = dry_runs.runs(
            data["raw"],
            at=database_now(),
            instrument=data["instrument"],
            driver=data["driver"],
            trial=partial(hospital.tried, by=Principal.objects.system("interpret")),
        )
    except Refusal as refusal:
        refuse(form, refusal)
        return _page(request, form, [], status=422)
    _record(principal, found)
    return _page(request, form, found, suggested=families.suggest(data["raw"]))


def _record(principal: Principal, found: list[DryRun]) -> None:
    """Whoever tries a message learns whether a specimen is known here: that is a look at its person."""
    ids = {outcome.person_id for one in found for outcome in one.outcomes} - {None}
    reads.record(
        by=principal,
        purpose="message-tried",
        objects=Person.objects.filter(pk__in=sorted(ids)),
        person_id=lambda person: person.pk,
    )


def _page(
    request: HttpRequest,
    form: MessageForm,
    found: list[DryRun],
    *,
    suggested: str | None = None,
    status: int = 200,
) -> HttpResponse:
    shown = found[:MOST_MESSAGES]
    context = {
        "form": form,
        "is_tried": bool(form.is_bound and not form.errors),
        "suggested": families.find(suggested).label if suggested else "",
        "runs": [
            {
                "found": one,
                "content": one.message.text[:SHOWN_BYTES],
                "label": families.named(one.driver).label,
                "parsed": parsed.of_content(
                    one.message.text, one.message.dialect.value, None, limit=SHOWN_BYTES
                ),
                "values": one.values[:MOST_VALUES],
                "left": len(one.values) - MOST_VALUES,
                "told": one.told[:MOST_VALUES],
            }
            for one in shown
        ],
        "left": len(found) - len(shown),
    }
    return render(request, "assays/dry_run.html", context, status=status)
