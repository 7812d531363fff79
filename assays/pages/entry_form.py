"""What an entry grid posts, read cell by cell; nothing that was typed is thrown away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assays.actions.recordings import Typed
from assays.queries import typed_values
from assays.queries.entry import Selection
from assays.rules.catalogue_in_force import ActiveAssay
from labsys.lib.addresses import number
from labsys.lib.errors import InvalidInput, Refusal
from labsys.lib.refusals import sentence

LONGEST_TEXT = 500


class MomentForm(forms.Form):
    """When the values of the page were measured; left empty, that is when they are saved."""

    observed_at = forms.DateTimeField(
        label=gettext_lazy("Measured at"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )


@dataclass
class Kept:
    """What stands in one cell that is not recorded, and the sentence beside it."""

    text: str = ""
    absent: str = ""
    override: str = ""
    said: str = ""
    is_implausible: bool = False

    def __bool__(self) -> bool:
        return bool(self.text.strip() or self.absent)


@dataclass
class Sheet:
    """The posted page: which specimens with which persons, and what stands in their cells."""

    token: UUID
    identities: dict[int, str]
    cells: dict[int, dict[int, Kept]]
    seen: dict[tuple[int, int], int]

    NOTHING: ClassVar[Kept] = Kept()

    @classmethod
    def read(cls, data: Mapping[str, Any], rows: list[str]) -> Sheet:
        """Read a posted page; what is no part of one is left out."""
        identities = {}
        for one in rows:
            key, _colon, identity = one.partition(":")
            if (pk := number(key)) is not None:
                identities[pk] = identity
        sheet = cls(
            token=read_token(data.get("token", "")), identities=identities, cells={}, seen={}
        )
        for name, text in data.items():
            sheet._take(name, text)
        return sheet

    def _take(self, name: str, text: str) -> None:
        kind, *numbers = name.split("-")
        keys = [key for one in numbers if (key := number(one)) is not None]
        if kind not in ("v", "n", "o", "s") or len(keys) != 2 or len(numbers) != 2:
            return
        specimen, assay = keys
        if kind == "s":
            self.seen[specimen, assay] = number(text) or 0
            return
        kept = self.cells.setdefault(specimen, {}).setdefault(assay, Kept())
        match kind:
            case "v":
                kept.text = text
            case "n":
                kept.absent = text
            case "o":
                kept.override = text

    def typed(self, specimen: int, assays: Mapping[int, ActiveAssay]) -> list[Typed]:
        """Return the values of one row that can be read; the others keep why they cannot."""
        found = []
        for assay_id, kept in self.given(specimen):
            try:
                found.append(self._typed(specimen, assay_id, kept, assays))
            except Refusal as refused:
                kept.said = sentence(refused)
        return found

    def given(self, specimen: int) -> Iterator[tuple[int, Kept]]:
        """Yield the cells of a row in which something stands."""
        yield from ((pk, kept) for pk, kept in self.cells.get(specimen, {}).items() if kept)

    def kept(self, specimen: int, assay: int) -> Kept:
        """Return what stands in one cell."""
        return self.cells.get(specimen, {}).get(assay, self.NOTHING)

    def clear(self, specimen: int, assay: int) -> None:
        """Empty one cell, whose value is kept elsewhere now."""
        self.cells[specimen][assay] = Kept()

    def _typed(
        self, specimen: int, assay_id: int, kept: Kept, assays: Mapping[int, ActiveAssay]
    ) -> Typed:
        if len(kept.override) > LONGEST_TEXT or "\x00" in kept.override:
            raise InvalidInput(_("Write the reason in at most %d letters.") % LONGEST_TEXT)
        field, assay = str(assay_id), assays.get(assay_id)
        return Typed(
            assay_id=assay_id,
            value=typed_values.read(kept.text, assay, field=field, absent=kept.absent),
            field=field,
            text=kept.text.strip(),
            override=kept.override,
            seen=self.seen.get((specimen, assay_id), 0),
        )

    def selection(self, data: Mapping[str, Any]) -> Selection:
        """Return the same specimens, and the section or panel that the page was opened for."""
        return Selection(
            section=str(data.get("section", ""))[:16],
            panel=number(str(data.get("panel", ""))),
            specimens=tuple(self.identities),
        )


def read_token(text: str) -> UUID:
    """Return the token of a page load; a new one where none was sent."""
    try:
        return UUID(text)
    except ValueError:
        return uuid4()
