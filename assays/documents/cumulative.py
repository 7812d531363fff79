"""A patient's cumulative report: arranged for page and paper alike, and as an accessible PDF."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import typst
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from assays.documents.barcodes import code_128
from assays.documents.presenting import NO_METHOD
from assays.documents.reports import STANDARDS, TEMPLATE, readable, typefaces
from assays.queries.drawing import CENSORED, TONES
from assays.rules.cumulative import Block, blocks, is_drawn, is_interrupted, ranges_of
from labsys.lib import charts, units
from labsys.lib.chart_words import words as chart_words

# Raise it when the template or the arrangement changes: documents say which one made them.
TEMPLATE_VERSION = 1
CUMULATIVE = TEMPLATE.with_name("cumulative.typ")
ACROSS_ON_PAPER = 7
ACROSS_ON_SCREEN = 12
Content = Mapping[str, Any]


def pdf(content: Content) -> bytes:
    """Return the document: PDF/A-2a and PDF/UA-1, the same bytes for the same content."""
    made: bytes = _compiled(content, format="pdf", pdf_standards=STANDARDS)
    return made


def images(content: Content, *, pixels_per_inch: int = 80) -> list[bytes]:
    """Return its pages as PNG, for whoever looks at them."""
    made = _compiled(content, format="png", ppi=pixels_per_inch)
    return [made] if isinstance(made, bytes) else made


def presented(
    content: Content, *, across: int = ACROSS_ON_SCREEN, is_on_paper: bool = False
) -> dict[str, Any]:
    """Return the content arranged for reading, in the hospital's language and time zone."""
    with translation.override(content["language"]):
        return _whole(content, across, is_on_paper)


def barcode_text(content: Content) -> str:
    """Return what the bars say: the record number, and which of the patient's reports it is."""
    return f"{content['patient']['record_number']}-C{content['version']['number']}"


def _whole(content: Content, across: int, is_on_paper: bool) -> dict[str, Any]:
    zone, patient, version = ZoneInfo(content["zone"]), content["patient"], content["version"]
    period = _("%(since)s to %(until)s") % {
        "since": _day(content["since"]),
        "until": _day(content["until"]),
    }
    made = {"when": _moment(version["made_at"], zone), "by": version["made_by"]}
    return {
        "language": content["language"],
        "title": _("Cumulative report %(number)s") % {"number": version["number"]},
        "hospital": content["hospital"],
        "barcode_text": barcode_text(content),
        "keywords": [patient["record_number"]],
        "patient_line": f"{patient['name']} · {patient['record_number']} · {patient['born']}",
        "version_line": _("Cumulative report · version %(number)s · %(period)s")
        % {"number": version["number"], "period": period},
        "period": period,
        "sections": ", ".join(content["sections"]) or _("all"),
        "footer": _("Made %(when)s by %(by)s. All times are in %(zone)s.")
        % {**made, "zone": content["zone"]},
        "patient": [
            {"name": _("Patient"), "text": patient["name"]},
            {"name": _("Record number"), "text": patient["record_number"]},
            {"name": _("Born"), "text": patient["born"]},
            {"name": _("Sex"), "text": patient["sex"]},
            {"name": _("Species"), "text": patient["species"]},
        ],
        "words": _words(),
        "across": across,
        "groups": [_group(one, content, across, is_on_paper) for one in content["groups"]],
    }


def _words() -> dict[str, str]:
    return {
        "page": _("Page"),
        "of": _("of"),
        "period": _("Period"),
        "sections": _("Sections"),
        "report": _("Cumulative report"),
        "range": _("Reference range"),
        "courses": _("Courses"),
        "changed": _("another range before; each value is flagged by its own"),
        "note": _(
            "Released values only, as they stood when this report was made. Times are those of "
            "collection. Other methods and units stand in rows and pictures of their own. "
            "▲ high, ▼ low, doubled: critical; ◆ abnormal."
        ),
    }


def _group(
    group: Mapping[str, Any], content: Content, across: int, is_on_paper: bool
) -> dict[str, Any]:
    zone, series = ZoneInfo(content["zone"]), group["series"]
    return {
        "name": group["name"],
        "blocks": [_block(one, series, zone) for one in blocks(series, across=across)],
        "charts": [
            {
                "title": _title(one, series),
                "svg": _drawn(one, content, number, zone, is_on_paper),
                "alt": _told(one, zone),
            }
            for number, one in enumerate(series)
            if is_drawn(one)
        ],
    }


def _block(block: Block, series: Sequence[Mapping[str, Any]], zone: ZoneInfo) -> dict[str, Any]:
    rows = []
    for row in block.rows:
        shown = [value for cell in row.cells for value in cell]
        range_text, is_changed = ranges_of(row.series["values"])
        unverified = [one for one in shown if not one["range"]["is_verified"]]
        is_established = any(one["range"]["is_established"] for one in shown)
        rows.append(
            {
                "name": _title(row.series, series),
                "code": row.series["code"],
                # Where the analyte has several, its name says the unit already.
                "unit": ""
                if is_interrupted(row.series, series)
                else units.shown(row.series["unit"]),
                "range": range_text,
                "is_changed": is_changed,
                "range_note": _("range unverified") if unverified and is_established else "",
                "cells": [[_cell(value) for value in cell] for cell in row.cells],
            }
        )
    columns = [
        {
            "day": _day(column.at, zone),
            "time": datetime.fromisoformat(column.at).astimezone(zone).strftime("%H:%M"),
            "specimen": column.specimen,
        }
        for column in block.columns
    ]
    return {"columns": columns, "rows": rows}


def _cell(value: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": value["id"],
        "text": value["shown"],
        "sign": value["sign"],
        "words": value["flag_words"],
        "is_critical": value["is_critical"],
        "is_marked": bool(value["sign"]),
    }


def _title(one: Mapping[str, Any], series: Sequence[Mapping[str, Any]]) -> str:
    """Name a series; with its method and unit where the analyte has several."""
    if not is_interrupted(one, series):
        return str(one["name"])
    method = "" if one["method"] == NO_METHOD else one["method"]
    return ", ".join(filter(None, (one["name"], method, units.shown(one["unit"]))))


def _drawn(
    series: Mapping[str, Any], content: Content, number: int, zone: ZoneInfo, is_on_paper: bool
) -> charts.Markup:
    return charts.trend(
        chart_of(series, content["marks"]),
        name=f"course-{series['code'].lower()}-{number}",
        zone=zone,
        width=420,
        height=190,
        words=chart_words(),
        standalone=is_on_paper,
    )


def chart_of(series: Mapping[str, Any], marks: Sequence[Mapping[str, str]]) -> charts.Series:
    """Return what is drawn of a series: values beyond a limit as such, each range as it held."""
    numbers = [value for value in series["values"] if value["value"] is not None]
    return charts.Series(
        name=series["name"],
        unit=units.shown(series["unit"]),
        points=[_point(value, series["unit"]) for value in numbers],
        reference=_bands(numbers),
        marks=[
            charts.Mark(
                at=datetime.fromisoformat(mark["at"]),
                label=mark["label"],
                until=datetime.fromisoformat(mark["until"]) if mark["until"] else None,
                detail=mark["detail"],
            )
            for mark in marks
        ],
        decimals=series["decimals"],
    )


def _point(value: Mapping[str, Any], unit: str) -> charts.Point:
    first = value["flags"][0] if value["flags"] else ""
    return charts.Point(
        at=datetime.fromisoformat(value["at"]),
        value=float(Decimal(value["value"])),
        shown=f"{value['shown']} {units.shown(unit)}",
        tone=TONES.get(first, charts.Tone.UNCERTAIN),
        censored=CENSORED.get(value["comparator"]),
    )


def _bands(values: Sequence[Mapping[str, Any]]) -> list[charts.Band]:
    """Return the limits as they changed: each holds from its specimen to the next one."""
    found: list[charts.Band] = []
    for value in values:
        low, high = (None if one is None else float(one) for one in (value["low"], value["high"]))
        start = datetime.fromisoformat(value["at"])
        if found and (found[-1].low, found[-1].high) == (low, high):
            continue
        if found:
            last = found.pop()
            found.append(charts.Band(last.low, last.high, last.start, start))
        found.append(charts.Band(low, high, start if found else None, None))
    return [band for band in found if band.limits]


def _told(series: Mapping[str, Any], zone: ZoneInfo) -> str:
    """Say what the picture shows, for who hears it."""
    values = [one for one in series["values"] if one["value"] is not None]
    return _(
        "%(name)s, %(count)s values from %(first)s to %(last)s; the last is %(shown)s %(unit)s."
    ) % {
        "name": series["name"],
        "count": len(values),
        "first": _day(values[0]["at"], zone),
        "last": _day(values[-1]["at"], zone),
        "shown": values[-1]["shown"],
        "unit": units.shown(series["unit"]),
    }


def _day(text: str, zone: ZoneInfo | None = None) -> str:
    if zone is None:
        return date_format(date.fromisoformat(text), "j M Y", use_l10n=False)
    return date_format(datetime.fromisoformat(text).astimezone(zone), "j M Y", use_l10n=False)


def _moment(text: str, zone: ZoneInfo) -> str:
    at = datetime.fromisoformat(text).astimezone(zone)
    return date_format(at, "j M Y H:i", use_l10n=False)


def _compiled(content: Content, **options: Any) -> Any:
    said = presented(content, across=ACROSS_ON_PAPER, is_on_paper=True)
    pictures = [chart.pop("svg") for group in said["groups"] for chart in group["charts"]]
    data = readable(said)
    drawn = iter(pictures)
    for group in data["groups"]:
        for chart in group["charts"]:
            chart["svg"] = str(next(drawn))
    data["bars"] = code_128(said["barcode_text"])
    made_at = datetime.fromisoformat(content["version"]["made_at"])
    return typst.compile(
        CUMULATIVE.read_bytes(),
        sys_inputs={"report": json.dumps(data, ensure_ascii=False)},
        font_paths=typefaces(),
        timestamp=int(made_at.timestamp()),
        **options,
    )
