"""Which results may be released without a person: the fixed laws, asked of the database.

The rules said their word when the results were evaluated. What is asked here cannot be configured,
and is asked of the rows themselves in the transaction that releases, after it locked them and kept
their instruments from coming out of control: a hold set, or a rule set suspended, meanwhile wins.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from assays.models import Result

_PASSED = """
SELECT DISTINCT t.result_id FROM assays_result r JOIN assays_ruletrace t ON t.result_id = r.id
WHERE r.recording_id = ANY(%s) AND t.decision = 'RELEASE' AND t.mode = 'LIVE'
ORDER BY t.result_id
"""

_RESTING = """
SELECT DISTINCT c.result_id FROM assays_calculatedresult c
JOIN assays_calculatedinput u ON u.calculated_id = c.id
JOIN assays_result r ON r.id = c.result_id AND r.status = 'RESULTED'
JOIN assays_ruletrace t ON t.result_id = r.id AND t.decision = 'RELEASE' AND t.mode = 'LIVE'
WHERE u.result_id = ANY(%s) ORDER BY c.result_id
"""

_ALLOWED = r"""
SELECT r.id, (
    SELECT left(string_agg(s.code || ' v' || s.number, ', ' ORDER BY s.id), 400) FROM assays_ruletrace t
    JOIN assays_ruleset s ON s.id = t.rule_set_id WHERE t.result_id = r.id AND t.mode = 'LIVE'
)
FROM assays_result r
JOIN assays_assayversion v ON v.id = r.assay_version_id
JOIN LATERAL (
    SELECT e.flags, e.is_critical FROM assays_evaluation e WHERE e.result_id = r.id
    ORDER BY e.method_version DESC LIMIT 1
) e ON true
LEFT JOIN assays_orderitem i ON i.id = r.order_item_id
LEFT JOIN assays_order o ON o.id = i.order_id
WHERE r.id = ANY(%s) AND r.status = 'RESULTED'
  AND r.kind = 'NUMERIC' AND r.corrects_id IS NULL
  -- critical, flagged, flagged by the instrument
  AND NOT e.is_critical AND e.flags = ARRAY['N']::varchar[]
  AND btrim(r.flags_sent) ~ '^(N(\s+N)*)?$'
  -- rangeless, unsigned
  AND r.range_signed AND r.reference->>'outcome' IN ('ONE', 'SEVERAL')
  AND r.reference->'unsigned_limits' = '[]'
  -- held: the result, what was ordered, or the instrument for this assay
  AND NOT EXISTS (
      SELECT FROM assays_resulthold h WHERE h.result_id = r.id AND NOT EXISTS (
          SELECT FROM assays_resultholdclear c WHERE c.hold_id = h.id))
  AND (i.id IS NULL OR i.status IN ('ORDERED', 'IN_PROCESS') AND o.status = 'ACTIVE')
  AND NOT EXISTS (
      SELECT FROM assays_controlhold h WHERE h.instrument_id = r.instrument_id
        AND h.assay_id = v.assay_id AND h.ended_at IS NULL)
  -- one of several values of what was ordered, none of them chosen
  AND NOT EXISTS (
      SELECT FROM assays_result q WHERE q.order_item_id = r.order_item_id AND q.id <> r.id
        AND q.collected_at = r.collected_at
        AND q.status IN ('RESULTED', 'TECHNICALLY_VERIFIED', 'RELEASED'))
  -- asked for again
  AND NOT EXISTS (
      SELECT FROM assays_attemptrequest q WHERE q.order_item_id = r.order_item_id
        AND q.specimen_id = r.specimen_id AND q.status = 'OPEN')
  -- calculated from a value that is not released itself
  AND NOT EXISTS (
      SELECT FROM assays_calculatedresult c JOIN assays_calculatedinput u ON u.calculated_id = c.id
      JOIN assays_result q ON q.id = u.result_id
      WHERE c.result_id = r.id AND q.status <> 'RELEASED')
  AND NOT EXISTS (
      SELECT FROM assays_calculatedresult c JOIN assays_calculatedinput u ON u.calculated_id = c.id
      JOIN assays_result q ON q.id = u.result_id
      JOIN assays_assayversion w ON w.id = q.assay_version_id
      JOIN assays_controlhold h ON h.instrument_id = q.instrument_id AND h.assay_id = w.assay_id
      WHERE c.result_id = r.id AND h.ended_at IS NULL)
  -- every rule set that was live still is, and passed it
  AND NOT EXISTS (
      SELECT FROM assays_ruletrace t JOIN assays_ruleset s ON s.id = t.rule_set_id
      WHERE t.result_id = r.id AND t.mode = 'LIVE' AND (
          t.decision <> 'RELEASE' OR s.status <> 'ACTIVE' OR 'LIVE' IS DISTINCT FROM (
              SELECT m.mode FROM assays_rulesetmode m WHERE m.rule_set_id = s.id
              ORDER BY m.id DESC LIMIT 1)))
  AND EXISTS (
      SELECT FROM assays_ruletrace t WHERE t.result_id = r.id
        AND t.mode = 'LIVE' AND t.decision = 'RELEASE')
ORDER BY r.id
"""


def passed_of(recording_ids: Sequence[int]) -> list[int]:
    """Return the results of these recordings that a live rule set passed."""
    with connection.cursor() as cursor:
        cursor.execute(_PASSED, [list(recording_ids)])
        return [row[0] for row in cursor.fetchall()]


def passed_resting_on(result_ids: Sequence[int]) -> list[int]:
    """Return the calculated results that rest on these and that a live rule set passed."""
    with connection.cursor() as cursor:
        cursor.execute(_RESTING, [list(result_ids)])
        return [row[0] for row in cursor.fetchall()]


def allowed(result_ids: Sequence[int]) -> list[tuple[Result, str]]:
    """Return those of locked results that every fixed law allows, with the rule sets that passed them."""
    wanted = list(result_ids)
    if not wanted:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_ALLOWED, [wanted])
        by_rules = dict(cursor.fetchall())
    rows = Result.objects.filter(pk__in=by_rules).select_related(
        "specimen", "analyte", "order_item"
    )
    return [(result, by_rules[result.pk]) for result in rows.order_by("pk")]
