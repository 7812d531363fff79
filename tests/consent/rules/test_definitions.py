"""Definitions of questionnaires say where they are from, and do not contradict themselves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from consent.rules.definitions import InvalidDefinition, questionnaire, questionnaires


def test_each_questionnaire_states_its_source_and_licence():
    for asked in questionnaires().values():
        assert asked.source
        assert asked.licence


def test_the_texts_ship_that_may_and_no_others():
    without = {name for name, one in questionnaires().items() if not one.has_text}

    assert without == {"WHO-5", "C-SSRS screener", "UBACC"}
    assert not any("".join(questionnaire(name).items) for name in without)


def test_bands_with_a_hole_or_an_overlap_are_refused():
    asked = questionnaire("GAD-7")
    banding = asked.bandings["published"]
    for bands in (banding.bands[1:], (*banding.bands, (21, 21, "severe"))):
        with pytest.raises(InvalidDefinition, match="do not fit"):
            replace(asked, bandings={"published": replace(banding, bands=bands)})
    with pytest.raises(InvalidDefinition, match="safety item"):
        replace(asked, safety_items=frozenset({8}))
    with pytest.raises(InvalidDefinition, match="no bands"):
        replace(asked, default_banding="abs")
    with pytest.raises(InvalidDefinition, match="do not fit"):
        replace(asked, bandings={"published": replace(banding, refer_to=3)})
    with pytest.raises(InvalidDefinition, match="options of its own"):
        replace(asked, options=asked.options[1:])
    with pytest.raises(InvalidDefinition, match="asked again"):
        replace(asked, asks_again_at=0)
    triaged = questionnaire("C-SSRS screener")
    with pytest.raises(InvalidDefinition, match="triage"):
        replace(triaged, triage=replace(triaged.triage, levels=("none", "low")))
