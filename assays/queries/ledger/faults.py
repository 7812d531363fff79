"""What no row of the ledger may be, asked of the facts of `statement`."""

from __future__ import annotations

# key -> (level, rows, what is wrong with them)
FAULTS = {
    "analysis_part_count": ("analysis", "analysis", "parts <> total"),
    "analysis_unconcluded": (
        "analysis",
        "analysis",
        "status IN ('QUEUED', 'RUNNING') AND parts > 0 AND done = parts AND NOT is_concluded",
    ),
    "analysis_part_forgotten": ("analysis_part", "analysis_part", "place = 'FORGOTTEN'"),
    "analysis_part_unqueued": ("analysis_part", "analysis_part", "place = 'WAITING UNQUEUED'"),
    "analysis_part_not_kept": ("analysis_part", "analysis_part", "place = 'WAITING DONE'"),
    "message_item_count": ("message", "message", "item_count <> items"),
    "message_status": (
        "message",
        "message",
        "status <> due OR due IS NULL AND status IN ('PARTLY_HELD', 'HELD')",
    ),
    "message_unqueued": (
        "message",
        "message",
        "status = 'RECEIVED' AND coalesce(reading, 'DONE') = 'DONE'",
    ),
    "message_repeats_nothing": (
        "message",
        "message",
        "status = 'DUPLICATE' AND duplicate_of_id IS NULL AND repeats IS NOT TRUE",
    ),
    "frame_without_message": ("frame", "frame", "place = 'LOST'"),
    "item_without_result": (
        "item",
        "item",
        "status = 'RECORDED' AND NOT EXISTS ("
        "SELECT 1 FROM assays_result r WHERE r.transmission_item_id = item.id)",
    ),
    "result_of_unrecorded_item": (
        "result",
        "result",
        "EXISTS (SELECT 1 FROM item i WHERE i.id = result.transmission_item_id"
        " AND i.status <> 'RECORDED')",
    ),
    "control_lost": (
        "item",
        "item",
        "status = 'QC' AND NOT EXISTS (SELECT 1 FROM control_item c WHERE c.item_id = item.id)",
    ),
    "control_of_another_item": (
        "control_item",
        "control_item",
        "NOT EXISTS (SELECT 1 FROM item i WHERE i.id = item_id AND i.status = 'QC')",
    ),
    "recording_without_results": ("recording", "recording", "results IS NULL"),
    "recording_unqueued": ("recording", "recording", "state IS NULL"),
    "done_unevaluated": ("work", "evaluate", "state = 'DONE' AND evaluations < results"),
    "evaluated_not_done": (
        "work",
        "evaluate",
        "state <> 'DONE' AND results > 0 AND evaluations = results",
    ),
    "partly_evaluated": (
        "work",
        "evaluate",
        "state <> 'DONE' AND evaluations > 0 AND evaluations < results",
    ),
    "work_without_subject": (
        "work",
        "evaluate",
        "NOT EXISTS (SELECT 1 FROM assays_recording g WHERE g.id = evaluate.recording_id)",
    ),
    "verified_unevaluated": (
        "result",
        "result",
        "status IN ('TECHNICALLY_VERIFIED', 'RELEASED') AND NOT is_evaluated",
    ),
    "superseded_by_nothing": ("result", "result", "status = 'SUPERSEDED' AND NOT is_corrected"),
    "corrected_still_current": (
        "result",
        "result",
        "status IN ('RESULTED', 'TECHNICALLY_VERIFIED', 'RELEASED') AND is_corrected",
    ),
    "completed_unreleased": ("order_item", "ordered", "status = 'COMPLETED' AND NOT is_released"),
    "released_not_completed": (
        "order_item",
        "ordered",
        "status <> 'COMPLETED' AND is_released",
    ),
    "ended_with_open_items": (
        "order",
        "orders",
        "status IN ('COMPLETED', 'REVOKED') AND is_open",
    ),
    "active_without_open_items": ("order", "orders", "status = 'ACTIVE' AND NOT is_open"),
    "released_unreported": (
        "order",
        "released",
        "NOT EXISTS (SELECT 1 FROM report p WHERE p.order_id = released.id"
        " AND p.result_ids @> released.result_ids)",
    ),
    "reported_unreleased": (
        "report",
        "report",
        "cardinality(result_ids) > 0 AND NOT EXISTS (SELECT 1 FROM released r"
        " WHERE r.id = report.order_id AND r.result_ids @> report.result_ids)",
    ),
    "reported_otherwise": (
        "report",
        "report",
        "jsonb_array_length(told) <> cardinality(result_ids) OR EXISTS ("
        "SELECT 1 FROM jsonb_to_recordset(told) AS t(id bigint, kind text, comparator text,"
        " value text, unit text, value_code text, value_text text, absent_reason text)"
        " LEFT JOIN assays_result r ON r.id = t.id AND r.id = ANY(report.result_ids)"
        " WHERE (t.kind, t.comparator, t.value, t.unit, t.value_code, t.value_text,"
        " t.absent_reason) IS DISTINCT FROM (r.kind, r.comparator, r.value::text, r.unit,"
        " r.value_code, r.value_text, r.absent_reason))",
    ),
    "report_status": ("report", "report", "told_as IS DISTINCT FROM status"),
    "report_not_of_its_order": (
        "report",
        "report",
        "status IN ('REGISTERED', 'PARTIAL', 'PRELIMINARY') AND NOT is_open"
        " OR (status = 'ENTERED_IN_ERROR') <> (order_status = 'ENTERED_IN_ERROR')",
    ),
    "form_box_count": ("downtime_box", "paper", "box_count <> boxes"),
    "form_gone": ("downtime_box", "gone_paper", "true"),
    "dispatch_status": ("dispatch", "dispatch", "told_as IS DISTINCT FROM status"),
    "dispatch_unsent": (
        "dispatch",
        "dispatch",
        "status IN ('SENDING', 'ACCEPTED', 'REFUSED') AND attempts = 0",
    ),
    "version_unqueued": ("report_version", "version", "state IS NULL"),
    "done_unrendered": ("report_version", "version", "state = 'DONE' AND NOT is_rendered"),
    "told_not_done": ("item", "told", "status = 'NOT_A_RESULT' AND outcome IS NULL"),
    "held_but_done": ("item", "told", "status <> 'NOT_A_RESULT' AND outcome IS NOT NULL"),
    "ordered_nothing": (
        "item",
        "told",
        "act = 'PLACE' AND outcome = 'DONE' AND NOT EXISTS (SELECT 1 FROM assays_ordernumber n"
        " JOIN assays_ordernumberitem x ON x.number_id = n.id WHERE n.item_id = told.id)",
    ),
    "cancelled_nothing": (
        "item",
        "told",
        "act = 'CANCEL' AND outcome = 'DONE' AND EXISTS (SELECT 1 FROM assays_ordernumber n"
        " JOIN assays_ordernumberitem x ON x.number_id = n.id"
        " JOIN assays_orderitem o ON o.id = x.order_item_id"
        " WHERE n.order_id = told.order_id AND n.placer = told.placer"
        " AND o.status IN ('ORDERED', 'IN_PROCESS', 'HELD'))",
    ),
    # Whether it was wanted then is said only while the connection was not changed since.
    "version_never_told": (
        "report_version",
        "owed",
        "results > 0 AND NOT is_told AND (state IS NULL OR state = 'DONE' AND is_wanted"
        " AND NOT EXISTS (SELECT 1 FROM audit_event e WHERE e.model = 'assays.instrument'"
        " AND e.op = 'UPDATE' AND e.pk = owed.instrument_id AND e.at >= owed.made_at))",
    ),
}
