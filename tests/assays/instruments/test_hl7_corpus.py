"""Recorded HL7 connections, good and bad, and how each is answered.

That an exact duplicate files nothing, that an escape becomes a character and that a control id used
again is another message are matters of later stages: here each is a message, judged and answered.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assays.instruments.hl7.replies import Judgement, judge, reply
from tests.assays.instruments import corpus
from tests.assays.instruments.played import Played, mllp_connection, sized

AT = datetime(2026, 1, 5, 10, 0, tzinfo=UTC)
ERRORS = {
    "alinity_bad_event": "200",
    "alinity_bad_version": "203",
    "alinity_invalid_utf8": "102",
    "alinity_msh_only": "100",
    "alinity_no_control_id": "101",
    "alinity_processing_id_T": "202",
    "alinity_unknown_charset": "103",
}
# What cannot be known before the end of the connection, and what its size makes slow byte by byte.
LARGE = "alinity_large_ed_2mb"


def judgements(played: Played) -> list[Judgement]:
    return [judge(text) for text in played.complete]


def codes(played: Played) -> list[str]:
    return [judgement.code.value for judgement in judgements(played)]


@pytest.mark.parametrize(
    "path",
    [
        *corpus.files("malformed/hl7/*.bin"),
        *corpus.files("hl7/*/*.*l*7"),
        *corpus.files("hl7/*/*.mllp"),
    ],
)
def test_a_recording_gives_the_same_however_it_is_cut(path: Path) -> None:
    data = path.read_bytes()

    whole = mllp_connection(data)

    assert all(mllp_connection(*sized(data, size)) == whole for size in (1, 7, 100))
    assert whole.content == data


@pytest.mark.parametrize("path", corpus.files("malformed/hl7/*.expected.json"))
def test_a_malformed_recording_is_answered_as_stated(path: Path) -> None:
    stated = json.loads(path.read_text())["expected"]
    recording = path.with_name(path.name.removesuffix(".expected.json"))

    found = codes(mllp_connection(recording.read_bytes()))

    if "acks" in stated:
        wanted = stated["acks"]
        assert found == (["AA"] * wanted if isinstance(wanted, int) else wanted)
    elif stated["ack"] is None:
        assert found == []
    else:
        assert len(found) == 1
        assert found[0] in stated["ack"].split()


@pytest.mark.parametrize(("name", "code"), sorted(ERRORS.items()))
def test_the_error_of_a_malformed_recording_is_named(name: str, code: str) -> None:
    played = mllp_connection(corpus.content(f"malformed/hl7/{name}.bin"))

    [answer] = reply(judge(played.complete[0]), sent_at=AT)

    assert f"|{code}^".encode() in answer
    assert {fault.code for fault in judge(played.complete[0]).faults} == {code}


def test_a_block_without_end_is_an_incomplete_message() -> None:
    played = mllp_connection(corpus.content("malformed/hl7/alinity_no_fs_truncated.bin"))

    assert [message.is_complete for message in played.messages] == [False]
    assert played.ends == ["LOST"]


def test_the_same_block_twice_gets_the_same_answer_twice() -> None:
    played = mllp_connection(corpus.content("malformed/hl7/alinity_exact_duplicate.bin"))

    first, second = (reply(judgement, sent_at=AT) for judgement in judgements(played))

    assert first == second


def test_a_control_id_used_again_with_other_content_gets_another_answer() -> None:
    name = "malformed/hl7/alinity_same_control_id_other_content.bin"
    played = mllp_connection(corpus.content(name))

    first, second = (reply(judgement, sent_at=AT) for judgement in judgements(played))

    assert first != second
    assert all(b"\rMSA|AA|MSG-ALM-003\r" in answer for (answer,) in (first, second))


@pytest.mark.parametrize(
    "family",
    [
        "abbott_alinity_m",
        "roche_cobas4800",
        "roche_cobas5800",
        "roche_cobas6800",
        "roche_cobas_pro",
    ],
)
def test_the_results_of_analysers_are_accepted_and_their_queries_are_not(family: str) -> None:
    for name in files_of(family):
        played = mllp_connection(corpus.content(name))
        is_query = b"|QBP^" in played.complete[0]

        assert set(codes(played)) == {"AR" if is_query else "AA"}
        assert all(len(reply(judgement, sent_at=AT)) == 1 for judgement in judgements(played))


def files_of(family: str) -> list[str]:
    found = sorted((corpus.CORPUS / "hl7" / family).glob("*.mllp"))
    return [str(path.relative_to(corpus.CORPUS)) for path in found] or [f"hl7/{family}/absent"]


def test_training_messages_are_rejected_and_taken_only_where_a_connection_says_so() -> None:
    [text] = mllp_connection(corpus.content("hl7/simhospital/00.mllp")).complete

    assert judge(text).code.value == "AR"
    assert judge(text, processing_ids=("P", "T")).is_accepted


def test_who_wants_no_answer_gets_none() -> None:
    text = corpus.content("hl7/cdc_reportstream/elims_mega_specimen.hl7")

    assert reply(judge(text), sent_at=AT) == ()
