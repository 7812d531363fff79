"""The fields of one cell of an entry grid, written here: a grid has hundreds of them, a page is quick."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from assays.pages.entry_form import Kept
from assays.queries.entry import Cell
from assays.rules import absence
from assays.rules.absence import AbsentReason
from assays.templatetags.laboratory import unbroken

_SELECTED = SafeString(" selected")
_NONE = SafeString("")
_INVALID = SafeString(' aria-invalid="true"')


@dataclass(frozen=True)
class ShownCell:
    """One cell as the template writes it; `name` is the key of its inputs."""

    name: str
    label: str
    cell: Cell
    kept: Kept
    range: str = ""
    critical: str = ""
    is_choice: bool = False
    answers: Sequence[tuple[str, str]] = ()
    is_overridable: bool = False
    fields: SafeString = SafeString("")

    @property
    def said(self) -> str:
        return self.kept.said

    @property
    def takes_value(self) -> bool:
        """A value that was refused stays where it was typed, whatever happened to the cell."""
        return self.cell.takes_value or bool(self.kept)


def absent_reasons() -> list[tuple[str, str]]:
    """Return the reasons why there may be no value, in words."""
    return [(one.value, _(absence.WORDS[one])) for one in AbsentReason]


def absent_options() -> dict[str, SafeString]:
    """Write the choice of a reason, once for each that may be chosen: every cell has it."""
    reasons = [("", _("no value because …")), *absent_reasons()]
    return {chosen: _options(reasons, chosen) for chosen, _words in reasons}


def fields(cell: ShownCell, absent: Mapping[str, SafeString]) -> SafeString:
    """Write what of a cell can be filled in; nothing where it takes no value."""
    if not cell.takes_value:
        return _NONE
    return format_html(
        "{}{}{}{}{}",
        _count(cell),
        _choice(cell) if cell.is_choice else _value(cell),
        _judged_by(cell),
        _override(cell) if cell.is_overridable else _NONE,
        _absence(cell, absent),
    )


def _count(cell: ShownCell) -> SafeString:
    """How many values were there when the page was made: another number means somebody else came."""
    if not cell.cell.results:
        return _NONE
    hidden = '<input type="hidden" name="s-{}" value="{}">'
    return format_html(hidden, cell.name, len(cell.cell.results))


def _value(cell: ShownCell) -> SafeString:
    answers = cell.answers
    kind = format_html('list="a-{}"', cell.name) if answers else SafeString('inputmode="decimal"')
    listed: SafeString = _NONE
    if answers:
        words = format_html_join("", '<option value="{}">{}</option>', answers)
        listed = format_html('<datalist id="a-{}">{}</datalist>', cell.name, words)
    return format_html(
        '<input type="text" name="v-{}" value="{}" class="entry-input" autocomplete="off" '
        'spellcheck="false" {} aria-label="{}"{} aria-describedby="d-{}">{}',
        *(cell.name, cell.kept.text, kind, cell.label),
        *(_INVALID if cell.said else _NONE, cell.name, listed),
    )


def _choice(cell: ShownCell) -> SafeString:
    return format_html(
        '<select name="v-{}" class="entry-input" aria-label="{}"{} aria-describedby="d-{}">'
        '<option value=""></option>{}</select>',
        *(cell.name, cell.label, _INVALID if cell.said else _NONE, cell.name),
        _options(cell.answers, cell.kept.text),
    )


def _judged_by(cell: ShownCell) -> SafeString:
    """What was wrong, and by what the value is judged."""
    said = format_html('<span class="entry-said">{}</span> ', cell.said) if cell.said else _NONE
    old = cell.cell.too_old
    warned = '<span class="warned">{} {}</span> '
    limits = ' <span class="entry-critical" title="{}">! {}</span>'
    return format_html(
        '<span class="entry-range" id="d-{}">{}{}{}{}</span>',
        *(cell.name, said, format_html(warned, _("Too old:"), old) if old else _NONE),
        unbroken(cell.range) if cell.range else _NONE,
        format_html(limits, _("critical"), cell.critical) if cell.critical else _NONE,
    )


def _override(cell: ShownCell) -> SafeString:
    return format_html(
        '<input type="text" name="o-{}" value="{}" class="entry-reason" maxlength="500" '
        'autocomplete="off" placeholder="{}" aria-label="{}">',
        *(cell.name, cell.kept.override, _("Entered even so, because")),
        _("Why %(label)s is entered even so") % {"label": cell.label},
    )


def _absence(cell: ShownCell, absent: Mapping[str, SafeString]) -> SafeString:
    return format_html(
        '<select name="n-{}" class="entry-absent{}" aria-label="{}">{}</select>',
        *(cell.name, " entry-chosen" if cell.kept.absent else ""),
        _("No value of %(label)s because") % {"label": cell.label},
        absent.get(cell.kept.absent, absent[""]),
    )


def _options(choices: Iterable[tuple[str, str]], chosen: str) -> SafeString:
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((code, _SELECTED if code and code == chosen else _NONE, words) for code, words in choices),
    )
