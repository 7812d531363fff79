"""The completeness ledger names whatever is broken, and misses whatever is gone."""

from __future__ import annotations

from itertools import chain, combinations

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from assays.queries import ledger
from assays.queries.ledger import words
from assays.queries.ledger.statement import TABLES
from assays.rules.filing import message_status
from assays.rules.states import ItemStatus
from tests.assays import laboratory
from tests.assays.ledger import day
from tests.assays.ledger.breaking import BREAKS, LOST, OLDER, Undo, break_, lose
from tests.assays.senders import item


@pytest.mark.parametrize("is_old", [False, True])
def test_whatever_is_broken_behind_the_products_back_is_named(
    become_owner, sender, capsys, driver, is_old
) -> None:
    day.hospital()
    day.analysed()
    day.work(sender)
    day.wires(laboratory.specimen(list(sender.assays.values())))
    day.paper()
    day.again(sender.assays["HGB"])
    day.sent()
    day.analysis_waits()
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


def test_a_row_lost_from_any_level_unbalances_the_ledger(become_owner, sender, driver) -> None:
    day.analysed()
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
