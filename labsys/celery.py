"""The Celery application: pools, limits and the doorbell. The queue itself is in PostgreSQL.

The settings are those of docs/adr (work queue): messages carry nothing, are acknowledged early,
have no result backend; a lost or doubled message can change nothing.
"""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "labsys.settings")

app = Celery("labsys")
app.config_from_object("labsys.work.celery_settings")
app.autodiscover_tasks(["labsys.work"])
