"""What instruments and hospitals were told and asked, made from the orders, specimens and reports.

Every order came from one hospital, every test was told to one analyser, and every report went out.
A few messages were given up, refused or withdrawn; of most kinds there is none at all.
"""

from __future__ import annotations

from typing import Any

import psycopg

from assays import models

TABLES = (
    models.Dispatch,
    models.DispatchEvent,
    models.WorkOrder,
    models.OrderSource,
    models.OrderNumber,
    models.OrderNumberItem,
    models.OrderNotice,
    models.OrderNoticeSeen,
    models.ReadingRun,
    models.MessageReading,
)

RUNS, LONGEST = 200, 5000

# One message of work per specimen, one per version of a report; the newest wait.
_DISPATCHED = """
INSERT INTO assays_dispatch (id, instrument_id, kind, subject_table, subject_id, number, control_id,
    specimen_id, order_id, content, status, attempts, queued_at, available_at, expires_at, sender,
    answer, reason, follow_up, recorded_by_id, recorded_at)
SELECT s.id * 2, %(instrument)s, CASE WHEN s.id %% 20000 = 3 THEN 'WORK_CANCEL' ELSE 'WORK_ORDER' END,
    'assays_specimen', s.id, 1, 'L' || s.id * 2, s.id, s.order_id, convert_to(repeat('x', 600), 'UTF8'),
    CASE WHEN s.id >= %(newest)s THEN 'QUEUED' WHEN s.id %% 50000 = 7 THEN 'DEAD'
         WHEN s.id %% 50000 = 11 THEN 'REFUSED' WHEN s.id %% 50000 = 13 THEN 'WITHDRAWN'
         ELSE 'ACCEPTED' END,
    CASE WHEN s.id >= %(newest)s THEN 0 ELSE 1 END, s.recorded_at, s.recorded_at,
    s.recorded_at + interval '1 day', 'bench', '',
    CASE WHEN s.id %% 50000 IN (7, 11, 13) THEN 'It said no.' ELSE '' END, '', %(actor)s, s.recorded_at
FROM assays_specimen s WHERE s.status = 'AVAILABLE';
INSERT INTO assays_dispatch (id, instrument_id, kind, subject_table, subject_id, number, control_id,
    specimen_id, order_id, content, status, attempts, queued_at, available_at, expires_at, sender,
    answer, reason, follow_up, recorded_by_id, recorded_at)
SELECT v.id * 2 + 1, %(hospital)s, 'RESULT_REPORT', 'assays_reportversion', v.id, 1,
    'L' || v.id * 2 + 1, NULL, v.report_id, convert_to(repeat('x', 1200), 'UTF8'), 'ACCEPTED', 1,
    v.made_at, v.made_at, v.made_at + interval '3 days', 'bench', '', '', '', %(actor)s, v.made_at
FROM assays_reportversion v;
INSERT INTO assays_dispatchevent (id, dispatch_id, old, new, attempt, reason, recorded_by_id, recorded_at)
SELECT d.id * 3 + n, d.id, (ARRAY['', 'QUEUED', 'SENDING'])[n], (ARRAY['QUEUED', 'SENDING', d.status])[n],
    CASE WHEN n > 1 THEN 1 ELSE 0 END, d.reason, d.recorded_by_id, d.recorded_at
FROM assays_dispatch d, generate_series(1, 3) n WHERE n = 1 OR d.attempts > 0;
INSERT INTO assays_workorder (id, instrument_id, specimen_id, order_item_id, code, number, status,
    dispatch_id, recorded_by_id, recorded_at)
SELECT i.id, %(instrument)s, s.id, i.id, i.assay_id::text, 1,
    CASE WHEN i.status = 'COMPLETED' THEN 'DONE' ELSE 'TOLD' END, s.id * 2, %(actor)s, s.recorded_at
FROM assays_specimen s JOIN assays_orderitem i ON i.order_id = s.order_id WHERE s.status = 'AVAILABLE';
"""

# One line per order, of all its tests; of every fiftieth something was to be looked at.
_PLACED = """
INSERT INTO assays_ordersource (id, order_id, instrument_id, requester_id_text, requester_text,
    ordered_at, recorded_by_id, recorded_at)
SELECT id, id, %(hospital)s, 'D' || requester_id, 'Somebody', recorded_at, %(actor)s, recorded_at
FROM assays_order;
INSERT INTO assays_ordernumber (id, order_id, instrument_id, placer, filler, "group", code, code_system,
    text, item_id, recorded_by_id, recorded_at)
SELECT o.id, o.id, %(hospital)s, 'P' || o.id || '^HIS', 'F' || o.id, '', 'PANEL', '', 'Panel',
    (SELECT min(id) FROM assays_transmissionitem), %(actor)s, o.recorded_at FROM assays_order o;
INSERT INTO assays_ordernumberitem (id, number_id, order_item_id, recorded_by_id, recorded_at)
SELECT i.id, i.order_id, i.id, o.recorded_by_id, o.recorded_at
FROM assays_orderitem i JOIN assays_order o ON o.id = i.order_id;
INSERT INTO assays_ordernotice (id, order_id, kind, text, recorded_by_id, recorded_at)
SELECT id, id, 'TUBE', 'A tube could not be assigned.', recorded_by_id, recorded_at FROM assays_order
WHERE id %% 50 = 0;
INSERT INTO assays_ordernoticeseen (id, notice_id, reason, recorded_by_id, recorded_at)
SELECT id, id, 'Looked at.', recorded_by_id, recorded_at FROM assays_ordernotice
WHERE id < %(newest)s - 5000;
"""

_READ_ANEW = """
INSERT INTO assays_readingrun (id, chosen, total, reason, asked_by_id, asked_at)
SELECT n, '{{}}', {longest}, 'The code was mapped wrongly.', %(doctor)s, now()
FROM generate_series(1, {runs}) n;
INSERT INTO assays_messagereading (id, run_id, message_id, done_at, outcome)
SELECT row_number() OVER (), 1 + m.n %% {runs}, m.id, m.received_at,
    '{{"items": {{}}, "filed": 3, "held": 1, "differs": []}}'
FROM (SELECT id, received_at, row_number() OVER (ORDER BY id) AS n FROM assays_transmissionmessage
      ORDER BY id LIMIT {runs} * {longest}) m;
INSERT INTO work_workitem (kind, version, subject_table, subject_id, ordering_key, priority, state,
    attempts, available_at, lease_token, created_at, finished_at, predecessor_parked, worker, last_error)
SELECT 'reread', 1, 'assays_messagereading', id, '', 3, 'DONE', 1, done_at, 1, done_at, done_at, false,
    'bench', '' FROM assays_messagereading;
"""


def fill(
    owner: psycopg.Connection[Any], *, analyser: Any, hospital: Any, doctor: int, newest: int
) -> None:
    """Add what was told and asked; from the specimen `newest` on it still waits."""
    given = {
        "instrument": analyser.pk,
        "hospital": hospital.pk,
        "actor": analyser.principal_id,
        "doctor": doctor,
        "newest": newest,
    }
    for part in (_DISPATCHED, _PLACED, _READ_ANEW):
        for statement in part.format(runs=RUNS, longest=LONGEST).split(";\n"):
            if statement.strip():
                owner.execute(statement, given)
