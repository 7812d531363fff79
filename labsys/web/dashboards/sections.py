"""From what was counted to the sections of the dashboard, in words: one after the other as they are read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from assays.queries.words import run_age
from labsys.lib.refusals import kept
from labsys.web.dashboards import drawings
from labsys.web.dashboards.shapes import (
    NONE,
    Asked,
    between,
    count_row,
    day_text,
    figures,
    percent,
    row,
    section,
    share_row,
    table,
)
from patients.models import Exposure, Intervention
from patients.rules.follow_up_indicators import Indicator, Share

Json = Mapping[str, Any]
FOLLOWED = ("traced", "under_follow_up", "completed", "lost", "cancelled")
# Of today and the days before it exposures are still being found and recorded.
INCOMPLETE_DAYS = 3


def first_incomplete(content: Json) -> date:
    """Return the first of the newest days of which exposures are still being found."""
    return date.fromisoformat(content["today"]) - timedelta(days=INCOMPLETE_DAYS - 1)


def cases(content: Json, agent: Json, asked: Asked, *, is_on_paper: bool) -> dict[str, Any]:
    """The epidemic curve."""
    within = {day: n for day, n in agent["days"].items() if asked.holds(day)}
    sums = [sum(n[place] for n in within.values()) for place in range(3)]
    labels = [str(Exposure.Certainty(one).label) for one in ("CONFIRMED", "PROBABLE", "POSSIBLE")]
    delay, start = agent["delay"], first_incomplete(content)
    rows = [count_row("exposed_people", sum(sums))]
    for name, number in zip(labels, sums, strict=True):
        rows.append(
            count_row("exposed_people", number, name=_("of these %(word)s") % {"word": name})
        )
    for key, name in (
        ("median", _("From exposure to record, median")),
        ("p90", _("From exposure to record, nine in ten within")),
    ):
        shown = NONE if delay[key] is None else _("%(days)s days") % {"days": figures(delay[key])}
        of = _("%(n)s people") % {"n": delay["people"]}
        rows.append(row("delay", shown, name=name, counted=of, number=delay[key]))
    notes = [
        _("From %(day)s on days are not complete: they will still grow.") % {"day": day_text(start)}
        if asked.until >= start
        else "",
        _("%(n)d people were first exposed on other days.") % {"n": agent["persons"] - sum(sums)}
        if agent["persons"] > sum(sums)
        else "",
    ]
    heads = [_("Day"), *labels, _("together")]
    days = [[day_text(day), *map(str, n), str(sum(n))] for day, n in sorted(within.items())][::-1]
    return section(
        "cases",
        _("People exposed by day"),
        rows,
        notes=notes,
        charts=[drawings.curve(within, labels, asked, start, is_on_paper=is_on_paper)],
        tables=[table(_("People by the day of their first exposure"), heads, days)] if days else [],
    )


def growth(content: Json, agent: Json) -> dict[str, Any]:
    """Doubling time and R of the newest analysis, or why there is none."""
    title, found = _("Growth"), agent["population"]
    if found is None:
        why = _("not determinable")
        note = _(
            "No analysis of the population that counts everybody has ended: ask for one under "
            "Results, Population."
        )
        return section(
            "growth", title, [row("doubling", why), row("reproduction", why)], notes=[note]
        )
    asked, why_not = found["parameters"], found["why"]
    whose = {
        "exposures": _("people exposed, by their first exposure"),
        "results": _("people with a positive nanite result, by its collection"),
    }[found["source"]]
    given = {
        "asked": day_text(found["asked_at"][:10]),
        "first": day_text(found["first_day"]),
        "last": day_text(found["last_day"]),
        "cases": found["cases"],
        "whose": whose,
        "agent": asked["agent"] or _("all agents together"),
        "run": found["run"],
    }
    notes = [
        _age(content, found),
        _(
            "Run %(run)s of %(asked)s: %(cases)s cases from %(first)s to %(last)s, the last complete "
            "day that it knows (%(whose)s; %(agent)s)."
        )
        % given,
        _("%(told)s of these cases lie on the day on which a sign chosen for that run began.")
        % {"told": found["at_onset"]}
        if found.get("at_onset")
        else "",
        kept(why_not["growth"]),
        kept(why_not["reproduction"]),
    ]
    if found["window"] is not None:
        notes.append(
            _(
                "R is that of Cori et al. in a window of %(window)s days, with a serial interval of "
                "%(mean)s ± %(sd)s days."
            )
            % {
                "window": asked["window_days"],
                "mean": figures(asked["serial_mean"]),
                "sd": figures(asked["serial_sd"]),
            }
        )
    return section("growth", title, [_doubling(found), _ratio(found)], notes=notes)


def _age(content: Json, found: Json) -> str:
    """Say how old the analysis was when the figures were counted, where that is more than a day."""
    counted = datetime.fromisoformat(content["as_of"])
    return run_age(datetime.fromisoformat(found["asked_at"]), at=counted)


def _doubling(found: Json) -> dict[str, Any]:
    doubling = found["doubling"]
    counted = _("%(n)s cases") % {"n": found["cases"]}
    if doubling is None or doubling["days"] is None:
        least = None if doubling is None else doubling.get("doubling_not_below")
        bound = "" if least is None else _("not below %(days)s days") % {"days": figures(least)}
        return row("doubling", _("not determinable"), counted=counted, interval=bound)
    days, is_growth = doubling["days"], doubling["direction"] == "growth"
    words = _("%(days)s days") if is_growth else _("halves in %(days)s days")
    return row(
        "doubling",
        words % {"days": figures(days["value"])},
        counted=counted,
        interval=between(days["low"], days["high"]),
        # Read by itself, a number of days is one of doubling.
        number=days["value"] if is_growth else None,
        limits=(days["low"], days["high"]) if is_growth else (None, None),
    )


def _ratio(found: Json) -> dict[str, Any]:
    one = found["window"]
    if one is None:
        return row("reproduction", _("not determinable"))
    return row(
        "reproduction",
        f"{one['mean']:.2f}",
        counted=_("%(n)s cases") % {"n": one["cases"]},
        interval=f"{one['low']:.2f} – {one['high']:.2f}",
        number=one["mean"],
        limits=(one["low"], one["high"]),
    )


def follow_up(agent: Json, asked: Asked, *, is_on_paper: bool) -> dict[str, Any]:
    """The indicators at the end of the last day shown, and their course."""
    title, every = _("Follow-up"), agent["follow_up"]
    if every is None:
        note = _("Nobody added this agent to the registry of agents: it is not followed up.")
        return section("follow_up", title, [], notes=[note])
    days = {day: found for day, found in sorted(every.items()) if asked.holds(day)}
    rows = []
    if days:
        last = days[max(days)]
        rows = [share_row(name, last[Indicator[name.upper()].value]) for name in FOLLOWED]
    new, since = agent["known_cases"]["share"], day_text(agent["known_cases"]["since"])
    notes = [
        _("At the end of %(day)s, or at the moment of the count.") % {"day": day_text(max(days))}
        if days
        else _("No day of the last fourteen lies in the period: no indicator is shown."),
        _("No assay tells of this agent: nobody knows who became a case.")
        if new is None
        else _("New cases are counted from %(day)s on, whatever the period shown.")
        % {"day": since},
        _("Targets are proposals, to be verified locally."),
    ]
    rows.append(
        row("known_cases", _("not established")) if new is None else share_row("known_cases", new)
    )
    is_drawn = any(one[Indicator.TRACED.value][1] for one in days.values())
    heads = [_("Day"), *(one["name"] for one in rows[: len(FOLLOWED)])]
    lines = [
        [day_text(day), *(_short(found[Indicator[name.upper()].value]) for name in FOLLOWED)]
        for day, found in days.items()
    ][::-1]
    return section(
        "follow_up",
        title,
        rows,
        notes=notes,
        charts=[drawings.traced(days, is_on_paper=is_on_paper)] if is_drawn else [],
        tables=[table(_("Follow-up by day"), heads, lines)] if days else [],
    )


def _short(pair: list[int]) -> str:
    share = Share(*pair)
    return f"{share.numerator} / {share.denominator}" + (
        "" if share.fraction is None else f" ({100 * share.fraction:.0f} %)"
    )


def treatments(content: Json) -> dict[str, Any]:
    """What came of interventions, by kind."""
    rows, lines, notes = [], [], []
    for one in content["treatments"]:
        kind = str(Intervention.Kind(one["kind"]).label)
        notes.append(_outdated(kind, one.get("outdated")))
        for figure in ("responded", "rebound"):
            said = {"responded": _("%(kind)s: responded"), "rebound": _("%(kind)s: rebound")}
            rows.append(share_row(figure, one[figure], name=said[figure] % {"kind": kind}))
        lines.append(
            [
                kind,
                f"{one['done']} ({one['people']})",
                str(one["pairs"]),
                _load(one["before"]),
                _load(one["after"]),
                f"{figures(one['half_life'])} ({one['half_lives']})",
            ]
        )
    heads = [
        *(_("Kind"), _("Done (people)"), _("Pairs"), _("Before, per µL"), _("After, per µL")),
        _("Half-life, days (n)"),
    ]
    return section(
        "treatments",
        _("Treatment results"),
        rows,
        notes=notes if rows else [_("No intervention against the load is on record.")],
        tables=[table(_("Loads and half-lives by kind, medians"), heads, lines)] if lines else [],
    )


def _outdated(kind: str, found: Json | None) -> str:
    """Say of how many people results rest on kinetics that are out of date."""
    if found is None or not found["people"]:
        return ""
    return _(
        "%(kind)s: people whose newest load was released after their kinetics, or whose kinetics an "
        "earlier method made: %(people)d, the oldest of %(day)s. Ask for the kinetics anew."
    ) % {"kind": kind, "people": found["people"], "day": day_text(found["oldest"][:10])}


def _load(found: Json | None) -> str:
    return NONE if found is None else ("≤ " if found["below"] else "") + figures(found["value"])


def occupancy(content: Json, *, is_on_paper: bool) -> dict[str, Any]:
    """How full the wards are, and when the beds run out."""
    one = content["occupancy"]
    elsewhere = one.get("without_capacity", 0)
    people = one["people"] - elsewhere
    share = people / one["capacity"] if one["capacity"] > 0 else None
    rows = [
        row("occupancy", percent(share), counted=f"{people} / {one['capacity']}", number=share),
        count_row("occupancy", elsewhere, name=_("People in places without a recorded capacity")),
        count_row("over", one["over"]),
    ]
    found = one.get("ahead")
    notes, charts, tables = [], [], []
    heads = [_("Ward"), _("People"), _("In a bed"), _("Open beds")]
    if one["wards"]:
        lines = [
            [name, *(NONE if n is None else str(n) for n in rest)] for name, *rest in one["wards"]
        ]
        tables.append(table(_("Wards now"), heads, lines))
    if found is not None:
        given = {
            "run": found["run"],
            "asked": day_text(found["asked_at"][:10]),
            "agent": found["agent"] or _("all agents together"),
        }
        notes += [
            _("Beds to come: run %(run)s of %(asked)s (%(agent)s).") % given,
            _age(content, found),
            kept(found["why"]),
        ]
        if found["beds"]:
            rows += _full(found)
            charts.append(drawings.beds(found, is_on_paper=is_on_paper))
            heads = [_("Day"), _("People expected"), _("95 % limits")]
            lines = [
                [day_text(day), f"{value:.0f}", f"{low:.0f} – {high:.0f}"]
                for day, value, low, high in found["beds"]
            ]
            tables.append(table(_("People expected in wards"), heads, lines))
    else:
        notes.append(_("Without an analysis of the population there is no forecast."))
    return section("occupancy", _("Occupancy"), rows, notes=notes, charts=charts, tables=tables)


def _full(found: Json) -> list[dict[str, Any]]:
    full, last = found["full"], day_text(found["beds"][-1][0])
    after = _("after %(day)s") % {"day": last}
    said = {name: after if day is None else day_text(day) for name, day in full.items()}
    words = {
        "expected": _("Capacity reached, expected"),
        "earliest": _("Capacity reached, earliest"),
        "latest": _("Capacity reached, latest"),
    }
    return [row("full", said[key], name=name) for key, name in words.items()]


def located(content: Json, agent: Json | None) -> dict[str, Any]:
    """Where those exposed are, and who is apart."""
    rows = []
    if agent is not None:
        one = agent["located"]
        since = _("Exposed since %(day)s") % {"day": day_text(one["since"])}
        rows.append(count_row("located", one["exposed"], name=since))
        words = {
            "NOT_LOCATED": _("Not located"),
            "ADMITTED": _("Admitted"),
            "QUARANTINED": _("In quarantine at a place"),
            "LOCATED": _("Located elsewhere"),
            "DECEASED": _("Deceased"),
        }
        rows += [
            share_row("located", (one[where], one["exposed"]), name=name)
            for where, name in words.items()
        ]
    apart = content["quarantine"]
    for key, name in (
        ("in_force", _("Quarantines that run")),
        ("due", _("Quarantines to be reviewed now")),
        ("breached", _("Quarantines with a breach")),
    ):
        rows.append(count_row("quarantine", apart[key], name=name))
    note = _("Quarantines are those of all agents.") if agent is not None else ""
    return section("located", _("Where those exposed are"), rows, notes=[note])


def clearance(content: Json) -> dict[str, Any]:
    """Who is cleared, by programme."""
    rows = [share_row("cleared", one["share"], name=one["name"]) for one in content["clearance"]]
    notes = [] if rows else [_("No programme is active.")]
    return section("clearance", _("Clearance"), rows, notes=notes)
