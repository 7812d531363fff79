"""A change of the catalogue committed elsewhere is seen here at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from assays.actions import versions
from assays.models import AssayVersion
from assays.queries import catalogue as held
from labsys.accounts.roles import Role
from labsys.lib.clock import database_now
from tests import factories, laboratory


def test_a_change_by_another_connection_is_seen_by_the_next_call(fresh_database: str) -> None:
    laboratory.load_catalogue()
    quality = factories.principal(Role.QUALITY_MANAGER)

    def retire() -> None:
        try:
            version = AssayVersion.objects.get(assay__analyte__code="TSH")
            versions.retire(version=version, by=quality, at=database_now(), reason="No analyser.")
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(retire).result()

    assert "TSH" not in held.current().by_code
