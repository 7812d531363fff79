"""A report to the council as an accessible PDF: sections of figures, drawings, tables, definitions.

What it says comes arranged and worded from whoever counted it; here it is set on paper.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import typst
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from assays.documents.reports import STANDARDS, TEMPLATE, readable, typefaces

# Raise it when the template or the arrangement changes: documents say which one made them.
TEMPLATE_VERSION = 1
COUNCIL = TEMPLATE.with_name("council.typ")
Content = Mapping[str, Any]


def pdf(content: Content) -> bytes:
    """Return the document: PDF/A-2a and PDF/UA-1, the same bytes for the same content."""
    made: bytes = _compiled(content, format="pdf", pdf_standards=STANDARDS)
    return made


def images(content: Content, *, pixels_per_inch: int = 80) -> list[bytes]:
    """Return its pages as PNG, for whoever looks at them."""
    made = _compiled(content, format="png", ppi=pixels_per_inch)
    return [made] if isinstance(made, bytes) else made


def _compiled(content: Content, **options: Any) -> Any:
    pictures = [chart["svg"] for one in content["sections"] for chart in one["charts"]]
    with translation.override(content["language"]):
        data = readable({**content, **_said(content)})
    drawn = iter(pictures)
    for section in data["sections"]:
        for chart in section["charts"]:
            chart["svg"] = str(next(drawn))
    made_at = datetime.fromisoformat(content["version"]["issued_at"])
    return typst.compile(
        COUNCIL.read_bytes(),
        sys_inputs={"report": json.dumps(data, ensure_ascii=False)},
        font_paths=typefaces(),
        timestamp=int(made_at.timestamp()),
        **options,
    )


def _said(content: Content) -> dict[str, Any]:
    version = content["version"]
    at = datetime.fromisoformat(version["issued_at"]).astimezone(ZoneInfo(content["zone"]))
    moment = date_format(at, "j M Y H:i", use_l10n=False)
    name = _("Council report %(number)s, version %(version)s") % version
    facts = [
        *content["facts"],
        {"name": _("Issued"), "text": f"{moment}, {version['issued_by']}"},
        {"name": _("Version"), "text": str(version["version"])},
    ]
    if version["reason"]:
        facts.append({"name": _("Why it was issued anew"), "text": version["reason"]})
    return {
        "title": name,
        "facts": facts,
        "footer": _("Issued %(when)s by %(by)s. All times are in %(zone)s.")
        % {"when": moment, "by": version["issued_by"], "zone": content["zone"]},
        "words": {
            "page": _("Page"),
            "of": _("of"),
            "figure": _("Figure"),
            "value": _("Value"),
            "counted": _("Counted"),
            "interval": _("95 % interval"),
            "target": _("Target"),
            "definitions": _("Definitions"),
            "numerator": _("Counted"),
            "denominator": _("out of"),
            "source": _("Source"),
            "method": _("Interval"),
            "corrected": _("This version replaces version %(version)s.")
            % {"version": version["version"] - 1}
            if version["version"] > 1
            else "",
        },
    }
