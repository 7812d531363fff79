"""One arrangement of what was counted: the page shows it, the report prints it, the interface sends it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from labsys.web.dashboards import sections
from labsys.web.dashboards.definitions import DEFINITIONS
from labsys.web.dashboards.shapes import Asked, day_text

Json = Mapping[str, Any]
USUAL_DAYS = 60


def usual(content: Json) -> Asked:
    """Return what is shown unless something else is asked for: the agent with most people, 60 days."""
    today = date.fromisoformat(content["today"])
    first = content["agents"][0]["code"] if content["agents"] else ""
    return Asked(first, today - timedelta(days=USUAL_DAYS - 1), today)


def agent_of(content: Json, asked: Asked) -> Json | None:
    """Return what was counted of the agent that was asked for; None where it is none."""
    return next((one for one in agents_of(content) if one["code"] == asked.agent), None)


def agents_of(content: Json) -> list[Json]:
    """Return the agents that can be asked for, those with most people first."""
    return [*content["agents"], *content.get("curves", ())]


def presented(content: Json, asked: Asked, *, is_on_paper: bool = False) -> dict[str, Any]:
    """Return the sections with every figure in words, and the definitions of those that occur.

    On paper it is in the hospital's language, on a page in the reader's.
    """
    if not is_on_paper:
        return _whole(content, asked, is_on_paper=False)
    with translation.override(settings.LANGUAGE_CODE):
        return _whole(content, asked, is_on_paper=True)


def _whole(content: Json, asked: Asked, *, is_on_paper: bool) -> dict[str, Any]:
    agent = agent_of(content, asked)
    is_whole = agent in content["agents"]
    found = [
        sections.treatments(content),
        sections.occupancy(content, is_on_paper=is_on_paper),
        sections.located(content, agent if is_whole else None),
        sections.clearance(content),
    ]
    if agent is not None and is_whole:
        found = [
            sections.growth(content, agent),
            sections.follow_up(agent, asked, is_on_paper=is_on_paper),
            *found,
        ]
    if agent is not None:
        found.insert(0, sections.cases(content, agent, asked, is_on_paper=is_on_paper))
    occurring = {one["figure"] for section in found for one in section["rows"]}
    if content["treatments"]:
        occurring.add("loads")
    told = {key: {"key": key, **one.told()} for key, one in DEFINITIONS.items() if key in occurring}
    if not is_on_paper:  # one key away; on paper they stand together at the end
        for section in found:
            for one in section["rows"]:
                one["definition"] = told[one["figure"]]
    as_of = datetime.fromisoformat(content["as_of"]).astimezone(ZoneInfo(content["zone"]))
    period = _("%(since)s to %(until)s") % {
        "since": day_text(asked.since),
        "until": day_text(asked.until),
    }
    return {
        "language": translation.get_language() or settings.LANGUAGE_CODE,
        "zone": content["zone"],
        "hospital": settings.HOSPITAL_NAME,
        "agent": "" if agent is None else agent["name"],
        "facts": [
            {"name": _("Agent"), "text": _("none on record") if agent is None else agent["name"]},
            {"name": _("Days shown"), "text": period},
            {
                "name": _("Figures counted"),
                "text": f"{day_text(as_of.date())} {as_of:%H:%M} ({content['zone']})",
            },
            *_other_agents(content),
        ],
        "note": _(
            "Everybody in the hospital's records is counted, each person once. Nobody is named; still, "
            "small numbers may let somebody be recognised: this is not for publication."
        ),
        "sections": found,
        "definitions": list(told.values()),
    }


def _other_agents(content: Json) -> list[dict[str, str]]:
    """Say how many agents there are of which not everything is counted, or which are not listed."""
    curves, further = len(content.get("curves", ())), content.get("further_agents", 0)
    if not curves:
        return []
    told = ngettext(
        "%(n)d more: fewer people were exposed to it, and of it the curve alone is counted. It can be "
        "chosen as agent.",
        "%(n)d more: fewer people were exposed to each, and of each the curve alone is counted. They can "
        "be chosen as agent.",
        curves,
    ) % {"n": curves}
    if further:
        told += " " + ngettext(
            "%(n)d agent with fewer people still is not counted.",
            "%(n)d agents with fewer people still are not counted.",
            further,
        ) % {"n": further}
    return [{"name": _("Other agents"), "text": told}]
