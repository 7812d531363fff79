"""A worker of the web server has read what readers ask for before it takes a request."""

from __future__ import annotations

import pytest

from labsys.launch import gunicorn_settings
from labsys.lib import readiness
from patients.queries import chains


def test_a_worker_reads_ahead_before_it_settles_and_keeps_reading(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done: list[str] = []
    monkeypatch.setattr(readiness, "read", lambda: done.append("read"))
    monkeypatch.setattr(readiness, "keep_reading", lambda: done.append("keep reading"))
    monkeypatch.setattr(gunicorn_settings, "settle", lambda: done.append("settle"))

    gunicorn_settings.post_worker_init(None)

    assert done == ["read", "settle", "keep reading"]
    assert chains.keep_ready in readiness._readers
