"""What is asked of whoever decides about two entries, and of whoever registers one more."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from patients.queries.duplicate_pairs import Pair, Side

AREA = {"rows": 3}


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs=AREA), max_length=2000)


class MergeForm(ReasonForm):
    """Which entry leads, and that what conflicts was read."""

    survivor = forms.ChoiceField(
        label=_("Which entry leads"),
        widget=forms.RadioSelect,
        help_text=_("Name, birth date and sex are then read from it. Nothing is rewritten."),
    )
    conflicts_read = forms.BooleanField(label=_("I have read what conflicts, and they are one."))

    field_order = ("survivor", "conflicts_read", "reason")

    def __init__(self, *args: Any, pair: Pair, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        heads = sorted(pair.sides, key=_leads)
        self.fields["survivor"].choices = [  # type: ignore[attr-defined]
            (side.head.mrn, f"{side.head.mrn} {side.head.display_name}") for side in heads
        ]
        self.fields["survivor"].initial = heads[0].head.mrn
        if not pair.contradictions:
            del self.fields["conflicts_read"]


class PartForm(ReasonForm):
    """Why two entries are two persons after all."""

    distinct = forms.BooleanField(
        label=_("Record that they are two persons, so that they are not suggested again"),
        required=False,
        initial=True,
    )


def _leads(side: Side) -> tuple[bool, Any, int]:
    """A named entry leads an unnamed one, then the older."""
    return not side.names, side.head.recorded_at, side.head.pk


def signature(mrns: Iterable[str]) -> str:
    """Return what a confirmation is about: these entries were seen, and no others.

    Keyed: numbers are short, and some of these entries may be out of reach of who is asked.
    """
    seen = " ".join(sorted(mrns))
    return salted_hmac("patients.duplicates", seen, algorithm="sha256").hexdigest()[:16]
