"""The one statement behind the ledger: buckets, sums and rows that do not add up.

It is one statement so that it is one moment: work that goes on meanwhile is seen wholly or not at
all. Lines are (sort, level, key, count, other count, oldest, ids).
"""

from __future__ import annotations

from datetime import timedelta

from assays.queries.ledger.faults import FAULTS as FAULTS
from assays.rules.ledger_limits import LIMITS, WORK, WORK_OF

FACTS = """
WITH item AS MATERIALIZED (
    SELECT i.id, i.message_id, i.status, i.hold_code, i.duplicate_of_id, m.received_at
    FROM assays_transmissionitem i JOIN assays_transmissionmessage m ON m.id = i.message_id
), message AS MATERIALIZED (
    SELECT m.id, m.session_id, m.status, m.received_at, m.item_count, m.duplicate_of_id,
        coalesce(c.items, 0) AS items, c.due, c.repeats, w.state AS reading
    FROM assays_transmissionmessage m LEFT JOIN (
        SELECT message_id, count(*) AS items,
            bool_or(duplicate_of_id IS NOT NULL) AS repeats,
            CASE WHEN bool_and(status = 'HELD') THEN 'HELD'
                 WHEN bool_or(status = 'HELD') THEN 'PARTLY_HELD'
                 WHEN bool_and(status = 'DUPLICATE') THEN 'DUPLICATE'
                 WHEN bool_and(status = 'REJECTED') THEN 'REJECTED'
                 ELSE 'FILED' END AS due
        FROM item GROUP BY message_id
    ) c ON c.message_id = m.id
    LEFT JOIN work_workitem w ON w.kind = 'interpret' AND w.version = 1
        AND w.subject_table = 'assays_transmissionmessage' AND w.subject_id = m.id
), control_item AS MATERIALIZED (
    SELECT c.id, c.item_id, c.delivery, c.recorded_at FROM assays_controlitem c
), session AS MATERIALIZED (
    SELECT id, state, opened_at, frames, messages FROM assays_transmissionsession
), frame AS MATERIALIZED (
    SELECT f.id, f.at, CASE WHEN f.direction = 'OUT' THEN 'SENT'
        WHEN f.message_id IS NULL THEN 'APART'
        WHEN m.id IS NOT NULL THEN 'STORED' WHEN s.state = 'OPEN' THEN 'BEGUN'
        ELSE 'LOST' END AS place
    FROM transmission_frame f
    LEFT JOIN assays_transmissionmessage m ON m.id = f.message_id
    LEFT JOIN assays_transmissionsession s ON s.id = f.session_id
), result AS MATERIALIZED (
    SELECT r.id, r.status, r.recorded_at, r.recording_id, r.order_item_id, r.transmission_item_id,
        EXISTS (SELECT 1 FROM assays_evaluation e WHERE e.result_id = r.id) AS is_evaluated,
        EXISTS (SELECT 1 FROM assays_result c WHERE c.corrects_id = r.id) AS is_corrected,
        EXISTS (SELECT 1 FROM assays_resulthold h WHERE h.result_id = r.id AND NOT EXISTS (
            SELECT 1 FROM assays_resultholdclear c WHERE c.hold_id = h.id)) AS is_held
    FROM assays_result r
), evaluate AS MATERIALIZED (
    SELECT w.id, w.subject_id AS recording_id, w.state, w.created_at,
        count(r.id) AS results, count(e.id) AS evaluations
    FROM work_workitem w
    LEFT JOIN assays_result r ON r.recording_id = w.subject_id
    LEFT JOIN assays_evaluation e ON e.result_id = r.id AND e.method_version = w.version
    WHERE w.kind = 'evaluate' AND w.subject_table = 'assays_recording' GROUP BY w.id
), recording AS MATERIALIZED (
    SELECT g.id, g.recorded_at, r.results, r.not_evaluated, w.state
    FROM assays_recording g
    LEFT JOIN (SELECT recording_id, count(*) AS results,
                   count(*) FILTER (WHERE NOT is_evaluated) AS not_evaluated
               FROM result GROUP BY 1) r ON r.recording_id = g.id
    LEFT JOIN (SELECT DISTINCT ON (recording_id) recording_id, state FROM evaluate
               ORDER BY recording_id, id DESC) w ON w.recording_id = g.id
), ordered AS MATERIALIZED (
    SELECT i.id, i.order_id, i.status, o.status AS order_status, o.recorded_at,
        coalesce(v.is_released, false) AS is_released, coalesce(v.is_waiting, false) AS is_waiting,
        s.item_id IS NOT NULL AS has_specimen
    FROM assays_orderitem i JOIN assays_order o ON o.id = i.order_id
    LEFT JOIN (SELECT order_item_id, bool_or(status = 'RELEASED') AS is_released,
                   bool_or(status IN ('RESULTED', 'TECHNICALLY_VERIFIED')) AS is_waiting
               FROM result WHERE order_item_id IS NOT NULL GROUP BY 1) v ON v.order_item_id = i.id
    LEFT JOIN (SELECT DISTINCT si.item_id FROM assays_specimenitem si
               JOIN assays_specimen p ON p.id = si.specimen_id
               WHERE p.status IN ('EXPECTED', 'COLLECTED', 'RECEIVED', 'AVAILABLE')
              ) s ON s.item_id = i.id
), orders AS MATERIALIZED (
    SELECT o.id, o.status, o.recorded_at,
        coalesce(bool_or(d.status IN ('ORDERED', 'IN_PROCESS', 'HELD')), false) AS is_open
    FROM assays_order o LEFT JOIN ordered d ON d.order_id = o.id GROUP BY o.id
), version AS MATERIALIZED (
    SELECT v.id, v.report_id, v.number, v.made_at, w.state,
        EXISTS (SELECT 1 FROM assays_reportdocument d WHERE d.version_id = v.id) AS is_rendered
    FROM assays_reportversion v LEFT JOIN work_workitem w
        ON w.kind = 'report' AND w.subject_table = 'assays_reportversion' AND w.subject_id = v.id
), report AS MATERIALIZED (
    SELECT p.id, p.order_id, p.status, p.recorded_at, o.is_open, o.status AS order_status,
        n.status AS told_as, n.result_ids, n.content -> 'results' AS told
    FROM assays_report p JOIN orders o ON o.id = p.order_id
    LEFT JOIN LATERAL (SELECT v.status, v.result_ids, v.content FROM assays_reportversion v
        WHERE v.report_id = p.id ORDER BY v.number DESC LIMIT 1) n ON true
), box AS MATERIALIZED (
    SELECT b.id, f.recorded_at, o.result_id, o.id AS outcome_id,
        (SELECT count(DISTINCT t.recorded_by_id) FROM assays_downtimetyping t
         WHERE t.box_id = b.id) AS typists
    FROM assays_downtimebox b JOIN assays_downtimeform f ON f.id = b.form_id
    LEFT JOIN assays_downtimeoutcome o ON o.box_id = b.id
), paper AS MATERIALIZED (
    SELECT f.id, f.box_count, count(b.id) AS boxes
    FROM assays_downtimeform f LEFT JOIN assays_downtimebox b ON b.form_id = f.id GROUP BY f.id
), gone_paper AS MATERIALIZED (
    SELECT e.pk AS id FROM audit_event e
    WHERE e.model = 'assays.downtimeform' AND e.op = 'INSERT'
      AND NOT EXISTS (SELECT 1 FROM assays_downtimeform f WHERE f.id = e.pk)
), dispatch AS MATERIALIZED (
    SELECT d.id, d.status, d.queued_at, d.attempts, n.new AS told_as
    FROM assays_dispatch d LEFT JOIN (
        SELECT DISTINCT ON (dispatch_id) dispatch_id, new FROM assays_dispatchevent
        ORDER BY dispatch_id, id DESC) n ON n.dispatch_id = d.id
), told AS MATERIALIZED (
    SELECT i.id, i.status, i.content ->> 'act' AS act, a.outcome, a.order_id,
        i.content -> 'as_sent' ->> 'placer' AS placer
    FROM assays_instrument n
    JOIN assays_transmissionmessage m ON m.instrument_id = n.id
    JOIN assays_transmissionitem i ON i.message_id = m.id
    LEFT JOIN assays_hospitalact a ON a.item_id = i.id
    WHERE n.kind = 'HOSPITAL' AND i.content ->> 'sort' = 'HOSPITAL'
), owed AS MATERIALIZED (
    SELECT v.id, w.state, cardinality(v.result_ids) AS results, EXISTS (
            SELECT 1 FROM assays_reportversion l JOIN assays_dispatch d
              ON d.instrument_id = s.instrument_id AND d.kind = 'RESULT_REPORT'
                AND d.subject_table = 'assays_reportversion' AND d.subject_id = l.id
            WHERE l.report_id = v.report_id AND l.number >= v.number) AS is_told,
        n.is_active AND coalesce(n.settings ->> 'results', 'ordered') <> 'none' AS is_wanted,
        n.id AS instrument_id, v.made_at
    FROM assays_ordersource s JOIN assays_instrument n ON n.id = s.instrument_id
    JOIN assays_report p ON p.order_id = s.order_id
    JOIN assays_reportversion v ON v.report_id = p.id
    LEFT JOIN work_workitem w ON w.kind = 'hospital_report'
        AND w.subject_table = 'assays_reportversion' AND w.subject_id = v.id
), released AS MATERIALIZED (
    SELECT i.order_id AS id, array_agg(r.id) AS result_ids
    FROM result r JOIN assays_orderitem i ON i.id = r.order_item_id
    WHERE r.status = 'RELEASED' GROUP BY 1
), analysis AS MATERIALIZED (
    SELECT a.id, a.asked_at, a.status, a.total, count(p.id) AS parts, count(p.done_at) AS done,
        EXISTS (SELECT 1 FROM work_workitem w WHERE w.kind = 'conclude'
            AND w.subject_table = 'assays_analysisrun' AND w.subject_id = a.id) AS is_concluded
    FROM assays_analysisrun a LEFT JOIN assays_analysispart p ON p.run_id = a.id GROUP BY a.id
), analysis_part AS MATERIALIZED (
    SELECT p.id, a.asked_at, w.state, CASE WHEN p.outcome IS NOT NULL THEN 'DONE'
        WHEN p.refusal ->> 'given_up' IS NOT NULL THEN 'GIVEN_UP'
        WHEN p.refusal IS NOT NULL THEN 'REFUSED'
        WHEN a.status = 'CANCELLED' THEN 'LEFT'
        WHEN a.status IN ('DONE', 'FAILED') THEN 'FORGOTTEN'
        ELSE 'WAITING ' || coalesce(w.state, 'UNQUEUED') END AS place
    FROM assays_analysispart p JOIN assays_analysisrun a ON a.id = p.run_id
    LEFT JOIN work_workitem w ON w.kind = 'analyse'
        AND w.subject_table = 'assays_analysispart' AND w.subject_id = p.id
)
"""

# level -> (rows, when a row came in, the key of its one bucket)
BUCKETS = {
    "session": ("session", "opened_at", "state"),
    "frame": ("frame", "at", "place"),
    "message": (
        "message",
        "received_at",
        """CASE WHEN status = 'RECEIVED' AND reading IN ('PARKED', 'REJECTED')
        THEN 'UNREAD ' || reading ELSE status END""",
    ),
    "item": (
        "item",
        "received_at",
        "CASE status WHEN 'HELD' THEN 'HELD ' || hold_code ELSE status END",
    ),
    "control_item": ("control_item", "recorded_at", "delivery"),
    "recording": ("recording", "recorded_at", "coalesce(state, 'UNQUEUED')"),
    "result": (
        "result",
        "recorded_at",
        """CASE WHEN status NOT IN ('RESULTED', 'TECHNICALLY_VERIFIED') THEN status
        WHEN NOT is_evaluated THEN 'NOT_EVALUATED'
        WHEN is_held THEN 'HELD' ELSE status END""",
    ),
    "order_item": (
        "ordered",
        "recorded_at",
        """CASE WHEN status IN ('COMPLETED', 'CANCELLED') THEN status
        WHEN order_status IN ('DRAFT', 'ENTERED_IN_ERROR') THEN 'ORDER_' || order_status
        WHEN status = 'HELD' OR order_status = 'ON_HOLD' THEN 'HELD'
        WHEN is_waiting THEN 'VALUE_WAITING'
        WHEN NOT has_specimen THEN 'NO_SPECIMEN' ELSE status END""",
    ),
    "order": ("orders", "recorded_at", "status"),
    "report": ("report", "recorded_at", "status"),
    "report_version": (
        "version",
        "made_at",
        "CASE WHEN is_rendered THEN 'RENDERED' ELSE coalesce(state, 'UNQUEUED') END",
    ),
    "downtime_box": (
        "box",
        "recorded_at",
        """CASE WHEN result_id IS NOT NULL THEN 'RECORDED' WHEN outcome_id IS NOT NULL THEN 'WITHDRAWN'
        WHEN typists = 0 THEN 'UNTYPED' WHEN typists = 1 THEN 'TYPED_ONCE' ELSE 'UNSETTLED' END""",
    ),
    "attempt_request": ("assays_attemptrequest", "requested_at", "status"),
    "dispatch": ("dispatch", "queued_at", "status"),
    "analysis": ("analysis", "asked_at", "status"),
    "analysis_part": ("analysis_part", "asked_at", "place"),
    "work": ("work_workitem", "created_at", "kind || ' ' || state"),
}

TABLES = {
    "session": "assays_transmissionsession",
    "frame": "transmission_frame",
    "message": "assays_transmissionmessage",
    "item": "assays_transmissionitem",
    "control_item": "assays_controlitem",
    "recording": "assays_recording",
    "result": "assays_result",
    "order_item": "assays_orderitem",
    "order": "assays_order",
    "report": "assays_report",
    "report_version": "assays_reportversion",
    "downtime_box": "assays_downtimebox",
    "attempt_request": "assays_attemptrequest",
    "dispatch": "assays_dispatch",
    "analysis": "assays_analysisrun",
    "analysis_part": "assays_analysispart",
    "work": "work_workitem",
}

# key -> (level, one side, the other side)
SUMS = {
    "frames_counted": (
        "frame",
        "(SELECT coalesce(sum(frames), 0) FROM session)",
        "(SELECT count(*) FROM frame)",
    ),
    "messages_counted": (
        "message",
        "(SELECT coalesce(sum(messages), 0) FROM session)",
        "(SELECT count(*) FROM message WHERE session_id IS NOT NULL)",
    ),
    "items_announced": (
        "item",
        "(SELECT coalesce(sum(item_count), 0) FROM message)",
        "(SELECT count(*) FROM item)",
    ),
    "items_recorded": (
        "item",
        "(SELECT count(*) FROM item WHERE status = 'RECORDED')",
        "(SELECT count(*) FROM result WHERE transmission_item_id IS NOT NULL)",
    ),
    "controls_kept": (
        "control_item",
        "(SELECT count(*) FROM item WHERE status = 'QC')",
        "(SELECT count(*) FROM control_item)",
    ),
    "recordings_queued": (
        "recording",
        "(SELECT count(*) FROM recording)",
        "(SELECT count(DISTINCT recording_id) FROM evaluate)",
    ),
    "results_evaluated": (
        "result",
        "(SELECT coalesce(sum(results), 0) FROM evaluate WHERE state = 'DONE')",
        "(SELECT count(*) FROM assays_evaluation)",
    ),
    "items_completed": (
        "order_item",
        "(SELECT count(*) FROM ordered WHERE status = 'COMPLETED')",
        "(SELECT count(DISTINCT order_item_id) FROM result WHERE status = 'RELEASED')",
    ),
    "values_reported": (
        "report",
        "(SELECT coalesce(sum(cardinality(result_ids)), 0) FROM released)",
        "(SELECT coalesce(sum(cardinality(result_ids)), 0) FROM report)",
    ),
    "boxes_printed": (
        "downtime_box",
        "(SELECT coalesce(sum(coalesce(box_count, boxes)), 0) FROM paper)",
        "(SELECT count(*) FROM box)",
    ),
    "requests_answered": (
        "attempt_request",
        "(SELECT count(*) FROM assays_attemptrequest WHERE status = 'DONE')",
        "(SELECT count(*) FROM assays_attempt)",
    ),
    "dispatches_queued": (
        "dispatch",
        "(SELECT count(*) FROM dispatch)",
        "(SELECT count(DISTINCT dispatch_id) FROM assays_dispatchevent WHERE old = '')",
    ),
    "dispatches_accepted": (
        "dispatch",
        "(SELECT count(*) FROM dispatch WHERE status = 'ACCEPTED')",
        "(SELECT count(*) FROM assays_dispatchevent WHERE new = 'ACCEPTED')",
    ),
    "parts_counted": (
        "analysis_part",
        "(SELECT coalesce(sum(total), 0) FROM assays_analysisrun)",
        "(SELECT count(*) FROM assays_analysispart)",
    ),
    "versions_queued": (
        "report_version",
        "(SELECT count(*) FROM version)",
        "(SELECT count(DISTINCT subject_id) FROM work_workitem WHERE kind = 'report')",
    ),
}

NAMED = 20

# What waits has come in at `since`; a bucket's limit is given by its key.
LATE = """SELECT 'late', '{level}', key, count(*), 0, min(since),
(array_agg(id ORDER BY since, id))[1:{named}]
FROM (SELECT id, {since} AS since, {key} AS key FROM {rows}) late
WHERE since < clock_timestamp() - CASE {limits} END GROUP BY key"""

NOW = "SELECT 'now', '', '', 0::bigint, 0::bigint, clock_timestamp(), NULL::bigint[]"
BUCKET = """SELECT 'bucket', '{level}', {key}, count(*), 0, min({since}), NULL
FROM {rows} GROUP BY 3"""
TOTAL = "SELECT 'total', '{level}', '', count(*), 0, NULL, NULL FROM {table}"
SUM = "SELECT 'sum', '{level}', '{key}', {one}, {other}, NULL, NULL"
FAULT = """SELECT 'fault', '{level}', '{key}', count(*), 0, NULL,
(array_agg(id ORDER BY id))[1:{named}] FROM {rows} WHERE {wrong} HAVING count(*) > 0"""


def statement() -> str:
    """Return the statement; everything in it is written in this package, nothing comes from outside."""
    parts = [NOW]
    parts += [
        BUCKET.format(level=level, rows=rows, since=since, key=key)
        for level, (rows, since, key) in BUCKETS.items()
    ]
    parts += [TOTAL.format(level=level, table=table) for level, table in TABLES.items()]
    parts += [
        SUM.format(level=level, key=key, one=one, other=other)
        for key, (level, one, other) in SUMS.items()
    ]
    parts += [
        FAULT.format(level=level, key=key, rows=rows, wrong=wrong, named=NAMED)
        for key, (level, rows, wrong) in FAULTS.items()
    ]
    parts += [
        LATE.format(
            level=level, rows=rows, since=since, key=key, named=NAMED, limits=_limits(level)
        )
        for level, (rows, since, key) in BUCKETS.items()
        if _limits(level)
    ]
    return FACTS + "\nUNION ALL\n".join(parts)


def _limits(level: str) -> str:
    """Return the cases of a level's limits, by the key of the bucket; text of our own alone."""
    if level == "work":
        special = [_case(f"key = '{key}'", one) for key, one in WORK_OF.items()]
        return " ".join(special + [_case(f"key LIKE '% {key}'", one) for key, one in WORK.items()])
    return " ".join(
        _case(f"key LIKE '{key}%'" if key.endswith(" ") else f"key = '{key}'", limit)
        for key, limit in LIMITS.get(level, {}).items()
    )


def _case(claim: str, limit: timedelta) -> str:
    return f"WHEN {claim} THEN interval '{limit.total_seconds():.0f} seconds'"
