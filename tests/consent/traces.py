"""Looking for words in every column of every table, however it is stored."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

COLUMNS = """
    SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = 'public'
    AND data_type IN ('text', 'jsonb', 'json', 'bytea', 'character varying')
"""
HOLDING = """
    SELECT word FROM unnest(%s::text[]) word WHERE EXISTS (
        SELECT 1 FROM "{table}" WHERE position(word in "{column}"::text) > 0
        OR position(encode(convert_to(word, 'UTF8'), 'hex') in "{column}"::text) > 0)
"""


def columns_holding(words: Sequence[str]) -> set[tuple[str, str, str]]:
    """Return (table, column, word) for each word that stands in a column as text or as bytes."""
    found = set()
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS)
        for table, column in cursor.fetchall():
            cursor.execute(HOLDING.format(table=table, column=column), [list(words)])
            found |= {(table, column, word) for (word,) in cursor.fetchall()}
    return found
