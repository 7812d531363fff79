"""The rows of a table of contacts.

Written here, not by a template: a template takes several times as long for a page of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from labsys.lib.addresses import address
from labsys.lib.moments import timed
from labsys.lib.pills import pill
from patients.models import Exposure
from patients.queries.contacts import Contact

_LINE = (
    '<tr><th scope="row">{}</th>{}<td>{}</td><td>{}</td><td class="tight">{}</td>'
    '<td class="when">{}<br>{}</td>'
    '<td class="when"><a href="{}" aria-label="{}">{}</a><br>{}</td></tr>'
)


def rows(found: Sequence[Contact], *, has_event: bool = True) -> SafeString:
    """Write contacts as rows of a table; without the event, where the page names it."""
    kinds, certainties = (
        {one.value: escape(str(one.label)) for one in choices}
        for choices in (Exposure.Kind, Exposure.Certainty)
    )
    hidden, unknown = (
        f'<span class="muted">{escape(words)}</span>'
        for words in (_("a person outside your reach"), _("not known"))
    )
    act = escape(_("Exposure %(id)s: correct or take back"))
    written = []
    for contact in found:
        row, other = contact.row, contact.other
        who = hidden if contact.is_hidden else unknown
        if other is not None:
            who = (
                f'<a href="{address("person-contacts", other.uid)}">{escape(other.display_name)}</a>'
                f'<br><span class="code">{escape(other.mrn)}</span>'
            )
        written.append(
            _LINE.format(
                who,
                f"<td>{escape(row.event) or '–'}</td>" if has_event else "",
                escape(row.agent),
                kinds.get(row.kind) or escape(row.kind),
                (certainties.get(row.certainty) or escape(row.certainty)) + _state(contact),
                timed(row.first_at),
                timed(row.last_at),
                address("admin:patients_exposure_change", row.pk),
                act % {"id": row.pk},
                timed(row.recorded_at),
                escape(row.recorded_by.display_name),
            )
        )
    return SafeString("\n".join(written))


def _state(contact: Contact) -> str:
    """Say what a row is that holds no longer, or takes back another."""
    if contact.is_standing:
        return ""
    if contact.row.is_retraction:
        words = _("Takes a row back")
    elif contact.row.corrected_by.is_retraction:
        words = _("Taken back")
    else:
        words = _("Corrected")
    return f"<br>{pill('muted', words)}"
