"""Celery's application for workers of tests whose analyses may be hostile: some never end."""

from __future__ import annotations

from typing import Any

from celery.signals import worker_init

from labsys.celery import app
from labsys.work.confinement import Confinement

__all__ = ["app"]


@worker_init.connect
def be_hostile(**_kwargs: Any) -> None:
    from assays.tasks import analyses

    analyses.COMPUTER = Confinement("tests.assays.analyses.hostile:do", megabytes=768, seconds=600)
