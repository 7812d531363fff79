"""What somebody with the owner's rights could do behind the product's back, and the fault it shows."""

from __future__ import annotations

from assays.queries.ledger.statement import TABLES

# What somebody with the owner's rights could do behind the product's back -> the fault it shows.
BREAKS = {
    "analysis_part_count": "UPDATE assays_analysisrun SET total = 7 WHERE id = {id}",
    "analysis_unconcluded": "UPDATE assays_analysisrun SET status = 'RUNNING', ended_at = NULL,"
    " ended_by_id = NULL, outcome = NULL, outcome_digest = '' WHERE id = {id};"
    " DELETE FROM work_workitem WHERE kind = 'conclude'",
    "analysis_part_forgotten": "UPDATE assays_analysispart SET done_at = NULL, outcome = NULL,"
    " milliseconds = NULL WHERE id = {id}",
    "analysis_part_unqueued": "DELETE FROM work_workitem WHERE kind = 'analyse'"
    " AND subject_id = {id}",
    "analysis_part_not_kept": "UPDATE work_workitem SET state = 'DONE' WHERE kind = 'analyse'"
    " AND subject_id = {id}",
    "message_item_count": "UPDATE assays_transmissionmessage SET item_count = 7 WHERE id = {id}",
    "message_status": "UPDATE assays_transmissionmessage SET status = 'REJECTED' WHERE id = {id}",
    "message_unqueued": "DELETE FROM work_workitem WHERE kind = 'interpret' AND subject_id = {id}",
    "message_repeats_nothing": "UPDATE assays_transmissionmessage SET duplicate_of_id = NULL"
    " WHERE id = {id}",
    "frame_without_message": "UPDATE assays_transmissionsession SET state = 'LOST';"
    " UPDATE transmission_frame SET message_id = 999999 WHERE id = {id}",
    "item_without_result": "UPDATE assays_transmissionitem SET status = 'RECORDED' WHERE id = {id}",
    "result_of_unrecorded_item": "UPDATE assays_transmissionitem SET status = 'QC' WHERE id ="
    " (SELECT transmission_item_id FROM assays_result WHERE id = {id})",
    "control_lost": "DELETE FROM assays_controlitem WHERE item_id = {id}",
    "control_of_another_item": "UPDATE assays_transmissionitem SET status = 'NOT_A_RESULT'"
    " WHERE id = (SELECT item_id FROM assays_controlitem WHERE id = {id})",
    "recording_without_results": "INSERT INTO assays_recording"
    " (id, specimen_id, door, recorded_by_id, recorded_at) SELECT {id}, specimen_id, door,"
    " recorded_by_id, recorded_at FROM assays_recording LIMIT 1",
    "recording_unqueued": "DELETE FROM work_workitem WHERE subject_id = {id}",
    "done_unevaluated": "DELETE FROM assays_evaluation WHERE result_id IN (SELECT id FROM"
    " assays_result WHERE recording_id = (SELECT subject_id FROM work_workitem WHERE id = {id}))",
    "evaluated_not_done": "UPDATE work_workitem SET state = 'PENDING' WHERE id = {id}",
    "partly_evaluated": "UPDATE work_workitem SET state = 'PENDING' WHERE id = {id};"
    " DELETE FROM assays_evaluation WHERE result_id = (SELECT min(id) FROM assays_result"
    " WHERE recording_id = (SELECT subject_id FROM work_workitem WHERE id = {id}))",
    "work_without_subject": "UPDATE work_workitem SET subject_id = 999999 WHERE id = {id}",
    "verified_unevaluated": "DELETE FROM assays_evaluation WHERE result_id = {id}",
    "superseded_by_nothing": "UPDATE assays_result SET status = 'SUPERSEDED' WHERE id = {id}",
    "corrected_still_current": "UPDATE assays_result SET corrects_id = {id} WHERE id ="
    " (SELECT id FROM assays_result WHERE status = 'CANCELLED' LIMIT 1)",
    "completed_unreleased": "UPDATE assays_orderitem SET status = 'COMPLETED' WHERE id = {id}",
    "released_not_completed": "UPDATE assays_orderitem SET status = 'ORDERED' WHERE id = {id}",
    "ended_with_open_items": "UPDATE assays_order SET status = 'REVOKED' WHERE id = {id}",
    "active_without_open_items": "UPDATE assays_order SET status = 'ACTIVE' WHERE id = {id}",
    "released_unreported": "UPDATE assays_reportversion SET result_ids = '{{}}'",
    "reported_unreleased": "UPDATE assays_result SET status = 'SUPERSEDED' WHERE status = 'RELEASED'",
    "reported_otherwise": "UPDATE assays_result SET value = 13.00 WHERE status = 'RELEASED'",
    "report_status": "UPDATE assays_report SET status = 'AMENDED' WHERE id = {id}",
    "report_not_of_its_order": "UPDATE assays_report SET status = 'PARTIAL' WHERE id = {id}",
    "version_unqueued": "DELETE FROM work_workitem WHERE subject_table = 'assays_reportversion'",
    "dispatch_status": "UPDATE assays_dispatch SET status = 'WITHDRAWN', reason = 'x' WHERE id = {id}",
    "dispatch_unsent": "UPDATE assays_dispatch SET attempts = 0 WHERE id = {id}",
    "done_unrendered": "DELETE FROM assays_reportdocument WHERE version_id = {id}",
    "told_not_done": "DELETE FROM assays_hospitalact WHERE item_id = {id}",
    "held_but_done": "UPDATE assays_transmissionitem SET status = 'HELD', hold_code = 'UNREADABLE',"
    " hold_reason = 'x' WHERE id = {id}",
    "ordered_nothing": "DELETE FROM assays_ordernumberitem WHERE number_id ="
    " (SELECT id FROM assays_ordernumber WHERE item_id = {id})",
    "cancelled_nothing": "UPDATE assays_orderitem SET status = 'ORDERED' WHERE order_id ="
    " (SELECT order_id FROM assays_hospitalact WHERE item_id = {id})",
    "version_never_told": "DELETE FROM assays_dispatch WHERE kind = 'RESULT_REPORT'"
    " AND subject_id = {id}",
    "form_box_count": "DELETE FROM assays_downtimebox WHERE id ="
    " (SELECT max(id) FROM assays_downtimebox WHERE form_id = {id})",
    "form_gone": "DELETE FROM assays_downtimebox WHERE form_id = {id};"
    " DELETE FROM assays_downtimeform WHERE id = {id}",
}
# The row that each break is made on.
ROWS = {
    "analysis_part_count": "SELECT min(id) FROM assays_analysisrun",
    "analysis_unconcluded": "SELECT min(id) FROM assays_analysisrun WHERE status = 'DONE'",
    "analysis_part_forgotten": "SELECT min(id) FROM assays_analysispart WHERE outcome IS NOT NULL",
    "analysis_part_unqueued": "SELECT max(id) FROM assays_analysispart",
    "analysis_part_not_kept": "SELECT max(id) FROM assays_analysispart",
    "message_item_count": "SELECT min(id) FROM assays_transmissionmessage",
    "message_status": "SELECT min(id) FROM assays_transmissionmessage WHERE status = 'FILED'",
    "message_unqueued": "SELECT min(id) FROM assays_transmissionmessage WHERE status = 'RECEIVED'",
    "message_repeats_nothing": "SELECT min(id) FROM assays_transmissionmessage"
    " WHERE status = 'DUPLICATE' AND duplicate_of_id IS NOT NULL AND dialect = 'ASTM'",
    "frame_without_message": "SELECT max(id) FROM transmission_frame WHERE message_id IS NOT NULL",
    "item_without_result": "SELECT min(id) FROM assays_transmissionitem WHERE status = 'HELD'",
    "result_of_unrecorded_item": "SELECT min(id) FROM assays_result"
    " WHERE transmission_item_id IS NOT NULL",
    "control_lost": "SELECT min(id) FROM assays_transmissionitem WHERE status = 'QC'",
    "control_of_another_item": "SELECT min(id) FROM assays_controlitem",
    "recording_without_results": "SELECT 888888",
    "recording_unqueued": "SELECT min(id) FROM assays_recording",
    "done_unevaluated": "SELECT min(id) FROM work_workitem WHERE state = 'DONE'"
    " AND kind = 'evaluate'",
    "evaluated_not_done": "SELECT min(id) FROM work_workitem WHERE state = 'DONE'"
    " AND kind = 'evaluate'",
    "partly_evaluated": "SELECT min(w.id) FROM work_workitem w WHERE w.state = 'DONE'"
    " AND w.kind = 'evaluate' AND"
    " (SELECT count(*) FROM assays_result r WHERE r.recording_id = w.subject_id) = 2",
    "work_without_subject": "SELECT min(id) FROM work_workitem WHERE kind = 'evaluate'",
    "verified_unevaluated": "SELECT min(id) FROM assays_result WHERE status = 'RELEASED'",
    "superseded_by_nothing": "SELECT min(id) FROM assays_result WHERE status = 'RESULTED'",
    "corrected_still_current": "SELECT min(id) FROM assays_result WHERE status = 'RESULTED'",
    "completed_unreleased": "SELECT min(id) FROM assays_orderitem WHERE status = 'IN_PROCESS'",
    "released_not_completed": "SELECT min(id) FROM assays_orderitem WHERE status = 'COMPLETED'",
    "ended_with_open_items": "SELECT min(id) FROM assays_order WHERE status = 'ACTIVE'",
    "active_without_open_items": "SELECT min(id) FROM assays_order WHERE status = 'REVOKED'",
    "released_unreported": "SELECT i.order_id FROM assays_orderitem i JOIN assays_result r"
    " ON r.order_item_id = i.id WHERE r.status = 'RELEASED'",
    "reported_unreleased": "SELECT id FROM assays_report WHERE status = 'FINAL'",
    "reported_otherwise": "SELECT id FROM assays_report WHERE status = 'FINAL'",
    "report_status": "SELECT id FROM assays_report WHERE status = 'FINAL'",
    "report_not_of_its_order": "SELECT id FROM assays_report WHERE status = 'FINAL'",
    "version_unqueued": "SELECT min(id) FROM assays_reportversion",
    "dispatch_status": "SELECT min(id) FROM assays_dispatch WHERE status = 'QUEUED'",
    "dispatch_unsent": "SELECT min(id) FROM assays_dispatch WHERE status = 'ACCEPTED'",
    "done_unrendered": "SELECT min(id) FROM assays_reportversion",
    "told_not_done": "SELECT min(item_id) FROM assays_hospitalact",
    "held_but_done": "SELECT min(item_id) FROM assays_hospitalact",
    "ordered_nothing": "SELECT min(item_id) FROM assays_ordernumber",
    "cancelled_nothing": "SELECT min(item_id) FROM assays_hospitalact WHERE act = 'CANCEL'",
    "version_never_told": "SELECT max(subject_id) FROM assays_dispatch WHERE kind = 'RESULT_REPORT'",
    "form_box_count": "SELECT min(id) FROM assays_downtimeform",
    "form_gone": "SELECT min(id) FROM assays_downtimeform",
}


class Undo(Exception):
    """Takes a break back."""


def break_(cursor, name: str) -> int:
    """Break one thing as the owner with all triggers off; returns the row that must be named."""
    others = {"assays_evaluation", "assays_reportdocument", "assays_downtimeform"}
    others |= {"assays_hospitalact", "assays_ordernumberitem"}
    for table in {*TABLES.values(), *others}:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    cursor.execute(ROWS[name])
    (row,) = cursor.fetchone()
    cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    cursor.execute(BREAKS[name].format(id=row))
    return row


OLDER = """
DO $$ DECLARE one record; BEGIN
    FOR one IN SELECT c.table_name, c.column_name FROM information_schema.columns c
        JOIN information_schema.tables t USING (table_schema, table_name)
        WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'
          AND c.table_name ~ '^(assays|work)_' AND c.data_type = 'timestamp with time zone'
    LOOP
        EXECUTE format('ALTER TABLE %I DISABLE TRIGGER USER', one.table_name);
    END LOOP;
    FOR one IN SELECT c.table_name, string_agg(
            format('%1$I = %1$I - interval ''800 days''', c.column_name), ', ') AS older
        FROM information_schema.columns c JOIN information_schema.tables t
            USING (table_schema, table_name)
        WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'
          AND c.table_name ~ '^(assays|work)_' AND c.data_type = 'timestamp with time zone'
        GROUP BY 1
    LOOP
        EXECUTE format('UPDATE %I SET %s', one.table_name, one.older);
    END LOOP;
END $$
"""
# A row of each level that is simply gone, with everything that kept it from going.
LOST = {
    "session": "SELECT min(id) FROM assays_transmissionsession WHERE frames > 0",
    "frame": "SELECT min(id) FROM transmission_frame",
    "message": "SELECT max(message_id) FROM assays_transmissionitem",
    "item": "SELECT min(id) FROM assays_transmissionitem",
    "control_item": "SELECT min(id) FROM assays_controlitem",
    "recording": "SELECT min(id) FROM assays_recording",
    "result": "SELECT min(id) FROM assays_result WHERE status = 'RELEASED'",
    "order_item": "SELECT min(id) FROM assays_orderitem WHERE status = 'COMPLETED'",
    "order": "SELECT min(order_id) FROM assays_orderitem",
    "report": "SELECT min(id) FROM assays_report WHERE status = 'FINAL'",
    "report_version": "SELECT min(v.id) FROM assays_reportversion v"
    " JOIN assays_report r ON r.id = v.report_id WHERE r.status = 'FINAL'",
    "downtime_box": "SELECT min(id) FROM assays_downtimebox",
    "attempt_request": "SELECT min(id) FROM assays_attemptrequest WHERE status = 'DONE'",
    "dispatch": "SELECT min(id) FROM assays_dispatch WHERE status = 'QUEUED'",
    "analysis": "SELECT min(id) FROM assays_analysisrun",
    "analysis_part": "SELECT min(id) FROM assays_analysispart",
    "work": "SELECT min(id) FROM work_workitem WHERE kind = 'evaluate'",
}


def lose(cursor, level: str) -> None:
    """Take one row away as if it had never been, past every key that points to it."""
    table = TABLES[level]
    cursor.execute(
        "SELECT conrelid::regclass::text, conname FROM pg_constraint"
        " WHERE contype = 'f' AND confrelid = %s::regclass",
        [table],
    )
    for holder, name in cursor.fetchall():
        cursor.execute(f'ALTER TABLE {holder} DROP CONSTRAINT "{name}"')
    cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    cursor.execute(f"DELETE FROM {table} WHERE id = ({LOST[level]})")
    assert cursor.rowcount == 1, level
