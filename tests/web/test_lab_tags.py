"""Flags, states and moments are written so that nobody has to see their colour."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from django.template import engines
from django.utils import timezone, translation
from django.utils.formats import date_format

from assays.rules.flags import Flag
from labsys.lib.pills import FLAGS


def render(source: str, **context: object) -> str:
    return engines["django"].from_string("{% load lab %}" + source).render(context)


def test_every_flag_of_the_rules_is_known_here() -> None:
    assert set(FLAGS) == {flag.value for flag in Flag}


@pytest.mark.parametrize("flag", Flag)
def test_a_flag_is_told_in_words(flag: Flag) -> None:
    heard = re.search(r'visually-hidden">([^<]+)<', render("{% flag code %}", code=flag.value))

    assert heard is not None
    assert heard[1] == str(FLAGS[flag.value][3])


def test_flags_differ_without_colour() -> None:
    shown = {tuple(map(str, FLAGS[flag.value][1:3])) for flag in Flag}

    assert len(shown) == len(Flag)


def test_an_unknown_flag_is_shown_as_it_stands_and_escaped() -> None:
    assert "&lt;b&gt;" in render("{% flag code %}", code="<b>")


def test_a_state_is_written_in_words() -> None:
    assert "technically verified" in render('{% state "TECHNICALLY_VERIFIED" %}')


def test_a_moment_is_written_in_the_hospitals_time() -> None:
    at = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)

    with timezone.override("Europe/Paris"):
        assert ">22 Nov 2026 00:30</time>" in render("{{ at|moment }}", at=at)


def test_a_missing_moment_is_a_dash() -> None:
    assert render("{{ at|moment }}{{ on|day }}", at=None, on=None) == "––"


def test_a_date_is_written_without_doubt_about_day_and_month() -> None:
    assert ">3 Feb 1987</time>" in render("{{ on|day }}", on=date(1987, 2, 3))


def test_a_stamp_is_in_the_hospital_s_zone_whatever_was_written_before() -> None:
    moment = datetime(2026, 1, 1, 23, 30, 15, tzinfo=UTC)

    with timezone.override("UTC"):
        here = render("{{ moment|stamp }}", moment=moment)
    with timezone.override("Africa/Kampala"):
        there = render("{{ moment|stamp }}", moment=moment)

    assert (here, there) == ("01 Jan 2026 23:30", "02 Jan 2026 02:30")
    assert render("{{ moment|stamp }}", moment=None) == "–"


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("month", range(1, 13))
def test_months_are_written_as_django_writes_them(language: str, month: int) -> None:
    at = datetime(2026, month, 7, 4, 5, tzinfo=UTC)

    with translation.override(language), timezone.override("UTC"):
        expected = [date_format(at, given) for given in ("j M Y H:i", "j M Y", "d M Y H:i")]
        shown = render("{{ at|moment }}|{{ at.date|day }}|{{ at|stamp }}", at=at)

    assert re.sub("<[^>]+>", "", shown).split("|") == expected
