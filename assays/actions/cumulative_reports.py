"""Making a patient's cumulative report, its document, and who was given it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import Max
from django.utils.translation import gettext as _

from assays.documents import cumulative as documents
from assays.models import CumulativeAccess, CumulativeDocument, CumulativeReport
from assays.queries import cumulative_contents as contents
from assays.queries.report_contents import name_of
from assays.rules.cumulative import substance
from assays.rules.reports import digest
from labsys.accounts.models import Principal
from labsys.audit import reads
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.clock import hospital_day
from labsys.lib.errors import InvalidInput
from patients import queries as registry
from patients.models import Person

PERMISSION = "assays.report.view"
LONGEST_YEARS = 20


def make(
    *,
    person: Person,
    since: date,
    until: date,
    sections: Sequence[str] = (),
    by: Principal,
    at: datetime,
) -> CumulativeReport:
    """Give the released values of a period as a report; the same one where it says the same."""
    policy.check(by, PERMISSION, person)
    if since > until:
        raise InvalidInput(_("The period ends before it begins."), field="until")
    if until > hospital_day(at):
        raise InvalidInput(_("The period ends in the future."), field="until")
    if until.year - since.year > LONGEST_YEARS:
        told = _("Choose at most %(years)d years.") % {"years": LONGEST_YEARS}
        raise InvalidInput(told, field="since")
    with acting(by=by, at=at, action="assays.cumulative.make"):
        # One after the other: two at once would count the same number.
        subject = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
        entries = registry.entries(subject.pk)
        try:
            content = contents.snapshot(
                subject, entries, since=since, until=until, sections=sorted(sections)
            )
        except contents.TooMany as refused:
            told = _(
                "That is more than %(most)d values: choose a shorter period or fewer sections."
            )
            raise InvalidInput(told % {"most": contents.MOST_VALUES}, field="since") from refused
        if not content["groups"]:
            raise InvalidInput(_("No value of this period is released."), field="since")
        before = CumulativeReport.objects.filter(person=subject).order_by("-number").first()
        if before is not None and substance(before.content) == content:
            return before
        return _made(subject, content, since=since, until=until, by=by, at=at)


def document(*, report: CumulativeReport, by: Principal, at: datetime) -> CumulativeDocument:
    """Return the document of a cumulative report, rendered when it is first asked for."""
    policy.check(by, PERMISSION, report)
    found: CumulativeDocument | None = CumulativeDocument.objects.filter(cumulative=report).first()
    if found is not None:
        return found
    pdf = documents.pdf(report.content)
    with acting(by=by, at=at, action="assays.cumulative.render"):
        made, _is_new = CumulativeDocument.objects.get_or_create(
            cumulative=report,
            defaults={
                "pdf": pdf,
                "sha256": hashlib.sha256(pdf).hexdigest(),
                "template": documents.TEMPLATE_VERSION,
                "rendered_by": by,
                "rendered_at": at,
            },
        )
    return made


def record_access(
    *, report: CumulativeReport, kind: CumulativeAccess.Kind, by: Principal, at: datetime
) -> CumulativeAccess:
    """Record that somebody is shown a report, or takes it with them; before it leaves the server."""
    policy.check(by, PERMISSION, report)
    with acting(by=by, at=at, action="assays.cumulative.access"):
        reads.record(
            by=by,
            purpose=f"cumulative {kind.value.lower()}",
            objects=[report],
            person_id=report.person_id,
        )
        made: CumulativeAccess = CumulativeAccess.objects.create(
            cumulative=report, kind=kind, by=by, at=at
        )
        return made


def _made(
    subject: Person,
    content: dict[str, object],
    *,
    since: date,
    until: date,
    by: Principal,
    at: datetime,
) -> CumulativeReport:
    last = (
        CumulativeReport.objects.filter(person=subject).aggregate(last=Max("number"))["last"] or 0
    )
    whole = {
        **content,
        "version": {
            "number": last + 1,
            "made_by": name_of(by),
            "made_at": at.isoformat(timespec="seconds"),
        },
    }
    made: CumulativeReport = CumulativeReport.objects.create(
        person=subject,
        number=last + 1,
        since=since,
        until=until,
        sections=content["sections"],
        content=whole,
        result_ids=contents.values_of(whole),
        sha256=digest(whole),
        recorded_by=by,
        recorded_at=at,
    )
    return made
