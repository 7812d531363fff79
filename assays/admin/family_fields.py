"""What is asked of a family that is declared, field by field, each with an example."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assays.admin.example_fields import choice, line, several
from assays.instruments import drivers
from assays.instruments.dialects import Dialect
from labsys.lib.json_fields import JsonField

AS_BASE = ("", _("as the driver it starts from"))
YES_NO = (AS_BASE, ("yes", _("yes")), ("no", _("no")))
_DIALECTS = ((Dialect.ASTM.value, "ASTM"), (Dialect.HL7.value, "HL7"))


_line = partial(line, size=60)
_WIDE: dict[str, Any] = {"rows": 3, "cols": 70, "class": "code"}
_several = partial(several, **_WIDE)


class FamilyFields(forms.Form):
    """What can be said of a family without knowing the schema."""

    base = forms.ChoiceField(
        label=_("Starts from"),
        choices=lambda: [(one.name, one.label) for one in drivers.ALL],
        help_text=_("What holds for everything that is left empty below."),
    )
    dialect = forms.ChoiceField(
        label=_("Speaks"),
        choices=_DIALECTS,
        help_text=_("Of which messages the fields below are; the other one goes in as JSON."),
    )
    names = _several(
        _("Names in the header"),
        "XN-550",
        _("What H.5 or MSH-3 begins with, a name a line: it is recognised by them."),
        rows=2,
    )
    specimen = _line(
        _("Specimen's identifier"),
        "O.3.1, O.4",
        _("Places, the first that says anything counts. Such as O.3.1, or OBR-3.1 in HL7."),
    )
    specimen_suffixes = _several(
        _("What follows the identifier"),
        "&BARCODE",
        _("And is no part of it, a text a line, such as &BARCODE."),
        rows=2,
    )
    filled_up = choice(
        _("Identifiers and codes are filled up with"),
        (AS_BASE, ("blanks", _("blanks, which are no part of them")), ("nothing", _("nothing"))),
    )
    code = _line(
        _("Test's code"), "R.3.4", _("Such as R.3.4, or OBX-3.1 in HL7; the first that is filled.")
    )
    code_ends_at = _line(
        _("The code ends at"), "/", _("What stands behind this sign is no part of it: 989/ is 989.")
    )
    ordered = _line(
        _("Code that was ordered"), "O.5.4", _("Such as O.5.4, or OBR-4.1: of a test that failed.")
    )
    value = _line(
        _("Value"),
        "R.4",
        _("Such as R.4, or R.4.1, R.4.2; a value in two of them at once is held."),
    )
    comma = choice(
        _("A comma in a number"),
        (
            AS_BASE,
            ("point", _("is in doubt before three digits")),
            ("decimal", _("is a decimal sign: 60,96")),
            ("thousands", _("sets off thousands: 161,152")),
        ),
    )
    unit = _line(_("Unit"), "R.5", _("Such as R.5, or OBX-6.1, OBX-6.2."))
    units = _several(
        _("Spellings of units"),
        "Copies / mL = {copies}/mL",
        _("As it writes them, and the UCUM code, a line each: Copies / mL = {copies}/mL."),
    )
    units_of = _several(
        _("Units of tests that come without one"),
        "INR = {INR}",
        _("The test's code and the UCUM code, a line each: GLU = mmol/L."),
        rows=2,
    )
    words = _several(
        _("Result words"),
        "NEG = NOT_DETECTED",
        _("As it writes them, and the code of the answer, a line each. ERROR says that it failed."),
    )
    flags = _line(_("Flags"), "R.7", _("One place, such as R.7 or OBX-8."))
    result_status = _line(_("Result status"), "R.9", _("One place, such as R.9 or OBX-11."))
    statuses = _several(
        _("What a status means"),
        "F = FINAL\n= FINAL",
        _(
            "FINAL, NOT_FINAL, CORRECTION, QUESTIONABLE or FAILED, a line each; nothing before the "
            "sign is a missing one. Written here, they are all there are."
        ),
        rows=4,
    )
    observed_at = _line(
        _("Time of the measurement"), "R.13, R.12", _("Such as R.13, R.12, or OBX-19, OBX-14.")
    )
    charset = _line(
        _("Character set"),
        "8859/1",
        _("Where the message names none: UTF-8, 8859/1, WINDOWS-1252."),
    )
    names_patient = choice(
        _("Names the patient"),
        (AS_BASE, ("no", _("no: what stands there is typed by operators"))),
        _("Where it does, a value that names another person than its specimen's is held."),
    )
    control = _several(
        _("Control material is where"),
        "O.12 says Q\nO.3 begins with QC-",
        _(
            "A rule a line: O.12 says Q or C; O.3 begins with QC-; two conditions are joined by "
            "“and”. Written here, they are all there are."
        ),
        rows=4,
    )
    control_names = _several(
        _("Names of control specimens"), "HIV_NEG", _("Exactly, a name a line."), rows=2
    )
    supplement = _several(
        _("No result is where"),
        "R.3.8 is filled\nOBX-2 says ED",
        _("Rules as above: of pictures, raw signals, cycle numbers. They are kept, never filed."),
    )
    questionable = _several(
        _("Questionable is where"),
        "R.4 begins with -",
        _("Rules as above: the value is read, and held whatever its status."),
        rows=2,
    )
    frameless = choice(
        _("Records stand between STX and ETX alone"),
        YES_NO,
        _("Without number and checksum, as Snibe writes them."),
    )
    checksum = choice(
        _("Frames have a checksum"), YES_NO, _("Where there is none, damage goes unnoticed.")
    )
    frame_numbers = choice(
        _("Frames are counted to"), (AS_BASE, ("8", _("7, then 0")), ("10", _("9, then 0")))
    )
    first_frame = choice(_("The first frame has the number"), (AS_BASE, ("1", "1"), ("0", "0")))
    frame_limit = forms.IntegerField(
        label=_("Longest frame, in bytes"),
        required=False,
        min_value=247,
        max_value=1_000_000,
        help_text=_("64000 where nothing is said."),
    )
    text_limit = forms.IntegerField(
        label=_("Longest text of a frame sent to it, in bytes"),
        required=False,
        min_value=20,
        max_value=63_993,
        help_text=_("240 where nothing is said."),
    )
    joins_records = choice(
        _("Records share the frames that are sent to it"),
        YES_NO,
        _("The standard begins each record with a frame."),
    )
    further = JsonField(
        label=_("Further, as JSON"),
        required=False,
        widget=forms.Textarea(
            attrs={"rows": 6, "cols": 90, "spellcheck": "false", "class": "code"}
        ),
        help_text=_(
            "What has no field here, or a declaration that was exported: "
            '{"hl7": {"qualifier": ["OBX-4"]}}. What stands in a field goes before it.'
        ),
    )
    note = forms.CharField(
        label=_("Why this version is made"),
        widget=forms.Textarea(attrs={"rows": 2, "cols": 70}),
        help_text=_("From what manual or messages; kept on record with it."),
    )
