"""Moments as instruments write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from assays.instruments import moments
from assays.instruments.readings import Doubt
from assays.rules.filing import Hold

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("202601051530", "2026-01-05T14:30:00"),
        ("20260105153045", "2026-01-05T14:30:45"),
        ("20260705153045.25", "2026-07-05T13:30:45.250000"),
        ("20260705153045.1234567", "2026-07-05T13:30:45.123456"),
        ("20260105153045+0900", "2026-01-05T06:30:45"),
        ("202601051530-0330", "2026-01-05T19:00:00"),
        ("2026-01-05 15:30", "2026-01-05T14:30:00"),
        ("2026/01/05 15:30:45", "2026-01-05T14:30:45"),
        ("2026-01-05T15:30:45.5+09:00", "2026-01-05T06:30:45.500000"),
        ("202603290130", "2026-03-29T00:30:00"),
        ("202603290300", "2026-03-29T01:00:00"),
        ("202610250230+0200", "2026-10-25T00:30:00"),
        ("20260105153045Z", "2026-01-05T15:30:45"),
        ("2026-01-05T15:30:45Z", "2026-01-05T15:30:45"),
        ("20260105153045+09", "2026-01-05T06:30:45"),
        ("20260105T153045", "2026-01-05T14:30:45"),
        ("20260105 15:30", "2026-01-05T14:30:00"),
    ],
)
def test_a_local_moment_is_of_the_zone_and_an_offset_is_honoured(text: str, utc: str) -> None:
    found = moments.read(text, PARIS)

    assert isinstance(found, datetime)
    assert found.astimezone(UTC).replace(tzinfo=None).isoformat() == utc


@pytest.mark.parametrize(
    "text",
    [
        "202603290230",  # skipped when summer time begins
        "202610250230",  # comes twice when it ends
        "20260105",
        "2026010515",
        "05-01-2026 15:30",
        "01/05/2026 15:30",
        "2026-01/05 15:30",
        "2026-01-05",
        "2026-13-05 15:30",
        "20261305153000",
        "20260105240000",
        "20260105156000",
        "20260105153045+1500",
        "20260105153045+0175",
        "00010101000000",
        "99991231235959",
        "٢٠٢٦٠١٠٥١٥٣٠",
        "20260105Z",
        "20260105 15",
        "20260105153045ZZ",
        "yesterday",
    ],
)
def test_a_moment_that_is_not_certain_is_doubted(text: str) -> None:
    found = moments.read(text, PARIS)

    assert isinstance(found, Doubt)
    assert (found.hold, found.params) == (
        Hold.TIME_UNCLEAR,
        {"text": text, "zone": "Europe/Paris"},
    )


@pytest.mark.parametrize("text", ["", "  ", '""'])
def test_no_moment_is_no_doubt(text: str) -> None:
    assert moments.read(text, PARIS) is None


@pytest.mark.parametrize(
    ("sent", "zone"),
    [
        ("20260105153045", PARIS),
        ("20260105153045+0100", PARIS),
        ("20260705153045+0200", PARIS),
        ("20260705153045+0100", timezone(timedelta(hours=1))),
        ("20260105153045+0900", timezone(timedelta(hours=9))),
        ("2026-01-05T15:30:45+09:00", timezone(timedelta(hours=9))),
        ("20260105153045Z", UTC),
        ("garbage+0900", PARIS),
    ],
)
def test_the_offset_of_a_header_holds_where_the_zone_did_not_have_it(
    sent: str, zone: timezone
) -> None:
    assert moments.message_zone(sent, PARIS) == zone
