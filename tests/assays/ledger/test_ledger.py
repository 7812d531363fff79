"""The completeness ledger: it balances after normal work, and names whatever does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain, combinations

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction

from assays.queries import ledger
from assays.queries.ledger import Fate, words
from assays.queries.ledger.statement import BUCKETS, FAULTS, SUMS, TABLES
from assays.rules import states
from assays.rules.attempts import RequestStatus
from assays.rules.dispatching import DispatchStatus
from assays.rules.filing import Hold, message_status
from assays.rules.states import ItemStatus
from labsys.work.models import WorkState
from tests.assays import laboratory
from tests.assays.evaluation.test_evaluation import work_off
from tests.assays.interpreting import plain
from tests.assays.ledger import day
from tests.assays.senders import item


def level(found: ledger.Ledger, key: str) -> dict[str, int]:
    (one,) = [one for one in found.levels if one.key == key]
    return {bucket.key: bucket.count for bucket in one.buckets}


@pytest.fixture
def driver(monkeypatch) -> None:
    plain.install(monkeypatch)


@pytest.mark.django_db
def test_an_empty_laboratory_balances() -> None:
    found = ledger.take()

    assert found.is_balanced
    assert {one.total for one in found.levels} == {0}


@pytest.mark.django_db
def test_a_day_of_normal_work_balances(sender) -> None:
    day.work(sender)

    found = ledger.take()

    assert found.faults == ()
    assert [one for one in found.sums if not one.is_balanced] == []
    assert found.is_balanced
    assert level(found, "message") == {
        "DUPLICATE": 1,
        "FILED": 1,
        "HELD": 1,
        "PARTLY_HELD": 1,
        "REJECTED": 1,
    }
    assert level(found, "item") == {
        "RECORDED": 3,
        "DUPLICATE": 2,
        "REJECTED": 1,
        "HELD UNKNOWN_SPECIMEN": 2,
        "HELD UNMAPPED_CODE": 1,
    }
    assert level(found, "result") == {
        "RELEASED": 1,
        "ENTERED_IN_ERROR": 1,
        "CANCELLED": 1,
        "HELD": 1,
        "SUPERSEDED": 1,
        "TECHNICALLY_VERIFIED": 2,
        "RESULTED": 3,
        "NOT_EVALUATED": 2,
    }


@pytest.mark.django_db
def test_it_balances_again_when_everything_was_worked_off(sender) -> None:
    day.work(sender)
    work_off()

    found = ledger.take()

    assert found.is_balanced
    assert level(found, "recording") == {"DONE": 10, "PARKED": 1}


@pytest.mark.django_db
def test_parked_work_is_shown_with_its_error_and_age(sender) -> None:
    day.work(sender)

    (parked,) = ledger.take().parked

    assert (parked.kind, parked.table) == ("evaluate", "assays_recording")
    assert parked.error == "ValueError: cannot read this"
    assert parked.age.total_seconds() > 0


@pytest.mark.django_db
def test_only_what_waits_has_an_age(sender) -> None:
    day.work(sender)

    buckets = list(chain.from_iterable(one.buckets for one in ledger.take().levels))

    for bucket in buckets:
        assert (bucket.age is not None) == (bucket.fate in (Fate.PENDING, Fate.HELD)), bucket


@pytest.mark.django_db
def test_the_ledger_costs_two_queries_however_much_there_is(
    sender, django_assert_num_queries
) -> None:
    day.work(sender)

    with django_assert_num_queries(2):
        ledger.take()


@pytest.mark.django_db
def test_reconcile_prints_every_level_and_says_that_it_balances(sender, capsys) -> None:
    day.work(sender)

    call_command("reconcile")

    text = capsys.readouterr().out
    assert all(str(label) in text for label in words.LEVELS.values())
    assert "held: unknown specimen" in text
    assert "ValueError: cannot read this" in text
    assert text.rstrip().endswith("The ledger balances.")


@pytest.mark.django_db
def test_a_day_of_the_wires_balances(sender, driver) -> None:
    day.wires(laboratory.specimen(list(sender.assays.values())))

    found = ledger.take()

    assert found.faults == ()
    assert [one for one in found.sums if not one.is_balanced] == []
    assert found.is_balanced
    assert level(found, "message") == {
        "FILED": 3,
        "DUPLICATE": 1,
        "HELD": 2,
        "INCOMPLETE": 1,
        "REJECTED": 1,
        "UNREAD PARKED": 1,
        "RECEIVED": 1,
    }
    assert level(found, "item") == {
        "RECORDED": 3,
        "QC": 1,
        "DUPLICATE": 2,
        "HELD POSSIBLE_DUPLICATE": 1,
        "HELD UNKNOWN_SOURCE": 1,
    }
    assert level(found, "session") == {"OPEN": 11}
    assert level(found, "frame") == {"STORED": 10, "APART": 1}
    (error,) = {one.error for one in found.parked if one.kind == "interpret"}
    assert error == "RuntimeError: the driver cannot read this"


@pytest.mark.django_db
def test_what_was_queued_is_accepted_left_or_waiting() -> None:
    day.sent()

    found = ledger.take()

    assert found.is_balanced
    assert level(found, "dispatch") == {
        "QUEUED": 1,
        "SENDING": 1,
        "ACCEPTED": 1,
        "REFUSED": 1,
        "DEAD": 1,
        "WITHDRAWN": 1,
    }


def test_every_status_has_a_bucket_and_every_key_its_words() -> None:
    assert set(words.LEVELS) == set(BUCKETS) == set(TABLES)
    assert set(words.SUMS) == set(SUMS)
    assert set(words.FAULTS) == set(FAULTS) == set(BREAKS) == set(ROWS)
    for name, enum in {
        "session": states.SessionState,
        "message": states.MessageStatus,
        "item": states.ItemStatus,
        "result": states.ResultStatus,
        "order_item": states.OrderItemStatus,
        "order": states.OrderStatus,
        "recording": WorkState,
        "report": states.ReportStatus,
        "report_version": WorkState,
        "attempt_request": RequestStatus,
        "dispatch": DispatchStatus,
    }.items():
        missing = [one for one in enum if words.bucket(name, one.value) is None]
        assert missing in ([], [ItemStatus.HELD]), (name, missing)
    assert all(words.bucket("item", f"HELD {one.value}") is not None for one in Hold)
    assert words.bucket("item", "HELD NONSENSE") is None
    assert words.bucket("work", "evaluate PARKED") is not None


# What somebody with the owner's rights could do behind the product's back -> the fault it shows.
BREAKS = {
    "message_item_count": "UPDATE assays_transmissionmessage SET item_count = 7 WHERE id = {id}",
    "message_status": "UPDATE assays_transmissionmessage SET status = 'REJECTED' WHERE id = {id}",
    "message_unqueued": "DELETE FROM work_workitem WHERE kind = 'interpret' AND subject_id = {id}",
    "message_repeats_nothing": "UPDATE assays_transmissionmessage SET duplicate_of_id = NULL"
    " WHERE id = {id}",
    "frame_without_message": "UPDATE assays_transmissionsession SET state = 'LOST';"
    " UPDATE transmission_frame SET message_id = 999999 WHERE id = {id}",
    "item_without_result": "UPDATE assays_transmissionitem SET status = 'RECORDED' WHERE id = {id}",
    "result_of_unrecorded_item": "UPDATE assays_transmissionitem SET status = 'QC' WHERE id = {id}",
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
    "form_box_count": "DELETE FROM assays_downtimebox WHERE id ="
    " (SELECT max(id) FROM assays_downtimebox WHERE form_id = {id})",
    "form_gone": "DELETE FROM assays_downtimebox WHERE form_id = {id};"
    " DELETE FROM assays_downtimeform WHERE id = {id}",
}

# The row that each break is made on.
ROWS = {
    "message_item_count": "SELECT min(id) FROM assays_transmissionmessage",
    "message_status": "SELECT min(id) FROM assays_transmissionmessage WHERE status = 'FILED'",
    "message_unqueued": "SELECT min(id) FROM assays_transmissionmessage WHERE status = 'RECEIVED'",
    "message_repeats_nothing": "SELECT min(id) FROM assays_transmissionmessage"
    " WHERE status = 'DUPLICATE' AND duplicate_of_id IS NOT NULL AND dialect = 'ASTM'",
    "frame_without_message": "SELECT max(id) FROM transmission_frame WHERE message_id IS NOT NULL",
    "item_without_result": "SELECT min(id) FROM assays_transmissionitem WHERE status = 'HELD'",
    "result_of_unrecorded_item": "SELECT min(id) FROM assays_transmissionitem"
    " WHERE status = 'RECORDED'",
    "control_lost": "SELECT min(id) FROM assays_transmissionitem WHERE status = 'QC'",
    "control_of_another_item": "SELECT min(id) FROM assays_controlitem",
    "recording_without_results": "SELECT 888888",
    "recording_unqueued": "SELECT min(id) FROM assays_recording",
    "done_unevaluated": "SELECT min(id) FROM work_workitem WHERE state = 'DONE'"
    " AND kind = 'evaluate'",
    "evaluated_not_done": "SELECT min(id) FROM work_workitem WHERE state = 'DONE'"
    " AND kind = 'evaluate'",
    "partly_evaluated": "SELECT min(w.id) FROM work_workitem w WHERE w.state = 'DONE' AND"
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
    "form_box_count": "SELECT min(id) FROM assays_downtimeform",
    "form_gone": "SELECT min(id) FROM assays_downtimeform",
}


class Undo(Exception):
    """Takes a break back."""


def break_(cursor, name: str) -> int:
    """Break one thing as the owner with all triggers off; returns the row that must be named."""
    others = {"assays_evaluation", "assays_reportdocument", "assays_downtimeform"}
    for table in {*TABLES.values(), *others}:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    cursor.execute(ROWS[name])
    (row,) = cursor.fetchone()
    cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    cursor.execute(BREAKS[name].format(id=row))
    return row


@pytest.fixture
def become_owner(fresh_database, monkeypatch) -> Iterator[Callable[[], None]]:
    """Give a way to go on as the owner of the tables, in a copy of the database."""

    def become() -> None:
        connection.close()
        for key in ("USER", "PASSWORD"):
            monkeypatch.setitem(connection.settings_dict, key, owner[key])

    owner = connections["owner"].settings_dict
    yield become
    connection.close()


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


@pytest.mark.parametrize("is_old", [False, True])
def test_whatever_is_broken_behind_the_products_back_is_named(
    become_owner, sender, capsys, driver, is_old
) -> None:
    day.work(sender)
    day.wires(laboratory.specimen(list(sender.assays.values())))
    day.paper()
    day.again(sender.assays["HGB"])
    day.sent()
    become_owner()
    if is_old:
        with connection.cursor() as cursor:
            cursor.execute(OLDER)
    assert ledger.take().is_balanced

    for name in BREAKS:
        with pytest.raises(Undo), transaction.atomic(), connection.cursor() as cursor:
            row = break_(cursor, name)
            found = ledger.take()
            named = {fault.label: fault.ids for fault in found.faults}
            assert row in named.get(str(words.FAULTS[name]), ()), (name, row, named)
            assert not found.is_balanced
            with pytest.raises(CommandError, match="does not balance"):
                call_command("reconcile")
            assert f"{words.FAULTS[name]}: " in capsys.readouterr().out
            raise Undo
    assert ledger.take().is_balanced


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


def test_a_row_lost_from_any_level_unbalances_the_ledger(become_owner, sender, driver) -> None:
    day.work(sender)
    day.wires(laboratory.specimen(list(sender.assays.values())))
    day.paper()
    day.again(sender.assays["HGB"])
    day.sent()
    become_owner()
    assert ledger.take().is_balanced

    for level in LOST:
        with pytest.raises(Undo), transaction.atomic(), connection.cursor() as cursor:
            lose(cursor, level)
            assert not ledger.take().is_balanced, level
            raise Undo
    assert set(LOST) == set(TABLES)


def test_at_most_twenty_rows_are_named_and_all_are_counted(become_owner, sender) -> None:
    specimens = [laboratory.specimen([sender.assays["HGB"]]) for _number in range(25)]
    sender.send(*[item(specimen) for specimen in specimens])
    become_owner()

    with pytest.raises(Undo), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM work_workitem")
        (fault,) = ledger.take().faults
        assert (fault.count, len(fault.ids)) == (25, 20)
        raise Undo


def test_a_message_is_what_the_rule_says_for_every_mix_of_items(become_owner, sender) -> None:
    day.work(sender)
    become_owner()
    mixes = chain.from_iterable(combinations(ItemStatus, n) for n in (1, 2, 3))

    for mix in mixes:
        with pytest.raises(Undo), transaction.atomic(), connection.cursor() as cursor:
            break_(cursor, "message_item_count")
            cursor.execute(
                "SELECT message_id FROM assays_transmissionitem GROUP BY 1 HAVING count(*) = 3"
            )
            (message,) = cursor.fetchone()
            for position in range(3):
                cursor.execute(
                    "UPDATE assays_transmissionitem SET status = %s, hold_code = 'UNIT',"
                    " duplicate_of_id = NULL WHERE message_id = %s AND position = %s",
                    [mix[position % len(mix)].value, message, position],
                )
            cursor.execute(
                "UPDATE assays_transmissionmessage SET status = %s WHERE id = %s",
                [message_status(mix).value, message],
            )
            label = str(words.FAULTS["message_status"])
            wrong = [one.ids for one in ledger.take().faults if one.label == label]
            assert message not in chain.from_iterable(wrong), mix
            raise Undo
