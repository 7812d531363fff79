"""Counting a day: how long its results took, and what is counted for the quality indicators.

The counts are derived: they are made from results, specimens and their events alone, and counting a
day again gives the same. A day is counted again and again until it is over, then once more, and from
then on it stands.
"""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection

from assays.models import FiguresDay, IndicatorDay, TurnaroundDay
from assays.queries import quality_targets
from assays.rules.turnaround import LONGEST_CLASS, STEPS, Segment
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib.clock import bounds_of_day, hospital_day

# After midnight transactions that began before it may still commit.
SETTLED_AFTER = timedelta(minutes=10)
# How many days one run counts: at most a few seconds of work beside everything else.
DAYS_PER_RUN = 10
_LOCK = 76_115_009

# The place that a stay counts for: the ward above a room or a bed, else the place itself.
_WARDS = """
    up(place, above, kind, parent, depth) AS (
        SELECT id, id, kind, parent_id, 0 FROM patients_location
        UNION ALL
        SELECT up.place, one.id, one.kind, one.parent_id, up.depth + 1
        FROM up JOIN patients_location one ON one.id = up.parent
        WHERE up.kind IN ('ROOM', 'BED') AND up.depth < 10
    ),
    ward_of AS (
        SELECT place, (array_agg(above ORDER BY (kind = 'WARD') DESC, depth))[1]::text AS ward
        FROM up GROUP BY place
    )
"""

_TIMED = f"""
WITH RECURSIVE {_WARDS},
targets AS (
    SELECT * FROM jsonb_to_recordset(%(targets)s::jsonb)
        AS one(segment text, priority int, section text, minutes int)
),
released AS MATERIALIZED (
    SELECT result.section, version.assay_id, ordered.priority,
           coalesce(ward_of.ward, '') AS ward,
           to_char(coalesce(specimen.received_at, result.recorded_at) AT TIME ZONE %(zone)s, 'HH24')
               AS hour,
           ordered.recorded_at AS ordered_at, specimen.collected_at, specimen.received_at,
           result.recorded_at AS resulted_at, result.released_at
    FROM assays_result result
    JOIN assays_assayversion version ON version.id = result.assay_version_id
    JOIN assays_specimen specimen ON specimen.id = result.specimen_id
    JOIN assays_orderitem item ON item.id = result.order_item_id
    JOIN assays_order ordered ON ordered.id = item.order_id
    LEFT JOIN patients_encounter stay ON stay.id = ordered.encounter_id
    LEFT JOIN ward_of ON ward_of.place = stay.location_id
    -- What replaces a value that was given is no first answer: it is counted as a correction.
    WHERE result.released_at >= %(since)s AND result.released_at < %(until)s
      AND result.corrects_id IS NULL
),
timed AS MATERIALIZED (
    SELECT released.*, span.segment,
           extract(epoch FROM span.taken) / 60 AS minutes, target.minutes AS target
    FROM released CROSS JOIN LATERAL (VALUES
        ('ORDER_COLLECT', collected_at - ordered_at),
        ('COLLECT_RECEIVE', received_at - collected_at),
        ('RECEIVE_RESULT', resulted_at - received_at),
        ('RESULT_RELEASE', released_at - resulted_at),
        ('RECEIVE_RELEASE', released_at - received_at),
        ('ORDER_RELEASE', released_at - ordered_at)
    ) AS span(segment, taken)
    LEFT JOIN LATERAL (
        SELECT one.minutes FROM targets one
        WHERE one.segment = span.segment AND one.priority = released.priority
          AND one.section IN ('', released.section)
        ORDER BY one.section DESC LIMIT 1
    ) AS target ON true
)
"""  # noqa: S608 - parts of this file alone

_CLASS = (
    "CASE "
    + " ".join(
        f"WHEN minutes < {one.high} THEN {one.first} + floor((minutes - {one.low}) / {one.width})"
        for one in STEPS
    )
    + f" ELSE {LONGEST_CLASS} END"
)

_TURNAROUND = f"""
{_TIMED},
classed AS (
    SELECT side.cut, side.value, priority, segment, ({_CLASS})::int AS class,
           count(*) AS n, count(target) AS judged,
           count(*) FILTER (WHERE minutes <= target) AS within
    FROM timed CROSS JOIN LATERAL (VALUES
        ('ALL', ''), ('SECTION', section), ('ASSAY', assay_id::text), ('WARD', ward), ('HOUR', hour)
    ) AS side(cut, value)
    WHERE minutes >= 0
    GROUP BY 1, 2, 3, 4, 5
)
INSERT INTO assays_turnaroundday
    (day, cut, value, priority, segment, count, judged, within, classes, counts)
SELECT %(day)s, cut, value, priority, segment, sum(n), sum(judged), sum(within),
       array_agg(class ORDER BY class), array_agg(n ORDER BY class)
FROM classed GROUP BY cut, value, priority, segment
"""  # noqa: S608 - parts of this file alone

# A moment that is missing, or that lies before the one it should follow, makes no time.
_UNTIMED = f"""
{_TIMED}
INSERT INTO assays_indicatorday (day, measure, section, ward, detail, count)
SELECT %(day)s, 'UNTIMED', '', '', segment, count(*)
FROM timed WHERE minutes IS NULL OR minutes < 0 GROUP BY segment
"""  # noqa: S608 - parts of this file alone

_COUNTED = f"""
WITH RECURSIVE {_WARDS},
found AS (
    SELECT 'ARRIVED' AS measure, '' AS section, specimen.order_id, '' AS detail
    FROM assays_specimen specimen
    WHERE specimen.received_at >= %(since)s AND specimen.received_at < %(until)s
      AND specimen.parent_id IS NULL
    UNION ALL
    SELECT unnest(CASE WHEN event.old = 'COLLECTED' AND event.new = 'UNSATISFACTORY'
                       THEN ARRAY['ARRIVED', 'REJECTED']
                       WHEN event.new = 'UNSATISFACTORY' THEN ARRAY['REJECTED']
                       ELSE ARRAY['LOST'] END),
           '', specimen.order_id, event.reason_code
    FROM assays_specimenevent event JOIN assays_specimen specimen ON specimen.id = event.specimen_id
    WHERE event.recorded_at >= %(since)s AND event.recorded_at < %(until)s
      AND event.new IN ('UNSATISFACTORY', 'LOST') AND specimen.parent_id IS NULL
    UNION ALL
    SELECT unnest(CASE WHEN who.name = 'system:autoverify' THEN ARRAY['RELEASED', 'RELEASED_BY_RULE']
                       ELSE ARRAY['RELEASED'] END), result.section, item.order_id, ''
    FROM assays_result result
    JOIN accounts_principal who ON who.id = result.released_by_id
    LEFT JOIN assays_orderitem item ON item.id = result.order_item_id
    WHERE result.released_at >= %(since)s AND result.released_at < %(until)s
    UNION ALL
    SELECT CASE event.new WHEN 'SUPERSEDED' THEN 'CORRECTED' ELSE 'WITHDRAWN' END,
           result.section, item.order_id, ''
    FROM assays_resultevent event
    JOIN assays_result result ON result.id = event.result_id
    LEFT JOIN assays_orderitem item ON item.id = result.order_item_id
    WHERE event.recorded_at >= %(since)s AND event.recorded_at < %(until)s
      -- The first line is that of the index; what was rejected was never given to anybody.
      AND event.new IN ('SUPERSEDED', 'ENTERED_IN_ERROR', 'CANCELLED')
      AND event.new <> 'CANCELLED' AND event.old = 'RELEASED'
    UNION ALL
    SELECT CASE remark.kind WHEN 'ADDENDUM' THEN 'APPENDED' ELSE 'AMENDED' END,
           result.section, item.order_id, ''
    FROM assays_resultcomment remark
    JOIN assays_result result ON result.id = remark.result_id
    LEFT JOIN assays_orderitem item ON item.id = result.order_item_id
    WHERE remark.recorded_at >= %(since)s AND remark.recorded_at < %(until)s
      AND remark.signature_id IS NOT NULL AND result.released_at <= remark.recorded_at
)
INSERT INTO assays_indicatorday (day, measure, section, ward, detail, count)
SELECT %(day)s, found.measure, found.section, coalesce(ward_of.ward, ''),
       CASE WHEN found.measure = 'ARRIVED' THEN '' ELSE found.detail END, count(*)
FROM found
LEFT JOIN assays_order ordered ON ordered.id = found.order_id
LEFT JOIN patients_encounter stay ON stay.id = ordered.encounter_id
LEFT JOIN ward_of ON ward_of.place = stay.location_id
GROUP BY 2, 3, 4, 5
"""  # noqa: S608 - parts of this file alone

# The first day that anything can have been counted on.
_FIRST = """
SELECT least((SELECT min(released_at) FROM assays_result WHERE released_at IS NOT NULL),
             (SELECT min(received_at) FROM assays_specimen
              WHERE received_at IS NOT NULL AND parent_id IS NULL))
"""


def catch_up(*, by: Principal, at: datetime, most: int = DAYS_PER_RUN) -> list[date]:
    """Count today and the newest days that were never counted after their end; return the days."""
    days = open_days(at)[:most]
    for day in days:
        count_day(day=day, by=by, at=at)
    return days


def open_days(at: datetime) -> list[date]:
    """Return the days up to today that are not counted for good, the newest first."""
    with connection.cursor() as cursor:
        cursor.execute(_FIRST)
        (first,) = cursor.fetchone()
    today = hospital_day(at)
    start = today if first is None else min(hospital_day(first), today)
    closed = set(FiguresDay.objects.filter(is_closed=True).values_list("day", flat=True))
    days = (today - timedelta(days=back) for back in range((today - start).days + 1))
    return [day for day in days if day not in closed]


def count_day(*, day: date, by: Principal, at: datetime) -> None:
    """Count one day of the hospital's calendar, in place of what was counted of it before.

    A result is judged by the targets in force when its day ended (or now, while it runs).
    """
    since, until = bounds_of_day(day)
    held = quality_targets.in_force(min(until, at))
    given = {
        "day": day,
        "since": since,
        "until": until,
        "zone": settings.TIME_ZONE,
        "targets": json.dumps(
            [
                {
                    "segment": Segment(one.segment).value,
                    "priority": one.priority,
                    "section": one.section,
                    "minutes": one.minutes,
                }
                for one in held.turnaround
            ]
        ),
    }
    with acting(by=by, at=at, action="assays.quality.count"):
        _write(day, given)
        FiguresDay.objects.update_or_create(
            day=day, defaults={"counted_at": at, "is_closed": at >= until + SETTLED_AFTER}
        )


def _write(day: date, given: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        # Two who count the same day would both find nothing to replace.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        TurnaroundDay.objects.filter(day=day).delete()
        IndicatorDay.objects.filter(day=day).delete()
        for statement in (_TURNAROUND, _UNTIMED, _COUNTED):
            cursor.execute(statement, given)
