"""A message that came over a wire: what becomes of it, and of each of its values."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assays.actions import specimens
from assays.instruments.dialects import Dialect
from assays.models import Result, TransmissionItem, TransmissionMessage
from labsys.accounts.roles import Role
from labsys.audit.models import AuditEvent
from labsys.lib.clock import database_now
from tests import factories
from tests import laboratory as registry
from tests.assays import laboratory
from tests.assays.evaluation.test_evaluation import work_off
from tests.assays.interpreting import plain
from tests.assays.interpreting.plain import ends, message, read, reading
from tests.assays.listeners import wires

pytestmark = pytest.mark.django_db


def test_a_message_is_filed_in_the_name_of_its_instrument(lab, specimen) -> None:
    sent = reading(specimen, value="<13.2", flags="L", comment="diluted", run="2")

    (stored,) = read(lab.instrument, message(sent, control_id="7"))

    result = Result.objects.get()
    assert (stored.status, stored.item_count, ends(stored)) == ("FILED", 1, ["RECORDED"])
    assert (str(result.value), result.unit, result.comparator) == ("13.2", "g/dL", "<")
    assert (result.run, result.flags_sent, result.comment) == ("2", "L", "diluted")
    assert result.as_sent == {"value": "<13.2", "unit": "g/dL"}
    assert result.recording.door == "INSTRUMENT"
    assert (result.instrument, result.entered_by) == (lab.instrument, lab.instrument.principal)
    assert result.recorded_by.name == "system:interpret"
    assert result.transmission_item.content == {
        "sort": "VALUE",
        "specimen": specimen.accession,
        "code": "HB",
        "value": "<13.2",
        "unit": "g/dL",
        "observed_at": sent["observed_at"],
        "run": "2",
        "flags": "L",
        "comment": "diluted",
        "as_sent": {"value": "<13.2", "unit": "g/dL"},
    }
    assert result.evaluations.exists()
    event = AuditEvent.objects.filter(action="assays.transmission.interpret").latest("id")
    assert event.on_behalf_of == lab.instrument.principal_id


def test_one_bad_value_never_loses_its_siblings(lab, specimen) -> None:
    (stored,) = read(
        lab.instrument,
        message(
            reading(specimen),
            reading(specimen, "XYZ"),
            reading("2600000000", "HB"),
            reading(specimen, "WBC", "***", unit="10*3/uL"),
            reading(specimen, "WBC", "5.5", unit="10*3/uL"),
        ),
    )

    assert stored.status == "PARTLY_HELD"
    assert ends(stored) == [
        "RECORDED",
        "UNMAPPED_CODE",
        "UNKNOWN_SPECIMEN",
        "NOT_A_NUMBER",
        "RECORDED",
    ]
    assert [item.position for item in plain.items(stored)] == [1, 2, 3, 4, 5]


def test_units_become_the_assays_by_an_approved_row_and_by_no_other_way(lab, specimen) -> None:
    tenths = reading(specimen, "VL", "367", unit="10*-1.{copies}/mL")
    thousands = reading(specimen, "VL", "3.67", unit="10*3.{copies}/mL")

    (stored,) = read(lab.instrument, message(tenths, thousands))

    result = Result.objects.get()
    assert ends(stored) == ["RECORDED", "UNIT"]
    assert (str(result.value), result.unit) == ("36.7", "{copies}/mL")
    assert result.as_sent["unit"] == "10*-1.{copies}/mL"


def test_a_viral_load_that_finds_nothing_is_recorded_as_a_code(lab, specimen) -> None:
    sent = [
        reading(specimen, "VL", "Not Detected", unit=None, word="NOT_DETECTED"),
        reading(specimen, "VL", "Target", unit=None, word="TARGET", run="2"),
        reading(specimen, "VL", "", unit=None, absent="error", run="3"),
    ]

    (stored,) = read(lab.instrument, message(*sent))

    coded, absent = Result.objects.order_by("pk")
    assert ends(stored) == ["RECORDED", "NOT_A_NUMBER", "RECORDED"]
    assert (coded.kind, coded.value_code, coded.unit) == ("CODED", "NOT_DETECTED", "")
    assert coded.evaluations.get().flags == ["no_range"]
    assert (absent.kind, absent.absent_reason) == ("ABSENT", "error")


def test_control_material_is_kept_whole_and_never_a_patients(lab, specimen) -> None:
    sent = reading(specimen, sort="CONTROL", control="LOPOS", doubts=[["QUESTIONABLE", {}]])

    (stored,) = read(lab.instrument, message(sent, reading("LOPOS", "XYZ", sort="CONTROL")))

    first, second = plain.items(stored)
    assert (stored.status, ends(stored)) == ("FILED", ["QC", "QC"])
    assert not Result.objects.exists()
    assert first.content["control"] == "LOPOS"
    kept = {name: first.content[name] for name in ("code", "value", "unit", "observed_at")}
    assert kept == {name: sent[name] for name in kept}
    assert second.code_text == "XYZ"


def test_supplements_and_queries_are_kept_and_are_no_results(lab, specimen) -> None:
    (stored,) = read(
        lab.instrument,
        message(
            reading(specimen, sort="SUPPLEMENT"),
            reading(specimen, "", "", sort="QUERY", unit=None, observed_at=None),
        ),
    )

    assert (stored.status, ends(stored)) == ("FILED", ["NOT_A_RESULT", "NOT_A_RESULT"])


def test_a_message_that_brings_no_results_is_filed_without_any(lab) -> None:
    (stored,) = read(lab.instrument, message())

    assert (stored.status, stored.item_count) == ("FILED", 0)


ORDERED = rb"MSH|^~\&|A|L|LIS|L|20260105100000||ORU^R01|C-1|P|2.5.1" + b"\rOBR|1||ACC-1|GLU\r"
ENDED = rb"H|\^&|||A|||||LIS||P|1|20260105100000" + b"\r%sL|1|N\r"
BY_THE_BOOK = {"HL7": "hl7-oru-oul", "ASTM": "lis2a2"}


@pytest.mark.parametrize(
    ("dialect", "text", "expected"),
    [
        ("HL7", ORDERED, ("HELD", ["EMPTY"])),
        ("ASTM", ENDED % b"P|1\rO|1|ACC-1||^^^GLU\r", ("HELD", ["EMPTY"])),
        ("ASTM", ENDED % b"P|1\r", ("HELD", ["EMPTY"])),
        ("ASTM", ENDED % b"", ("FILED", [])),
    ],
    ids=["an order in HL7", "an order in ASTM", "a patient", "a header and its end"],
)
def test_results_of_which_nothing_is_read_are_never_over_silently(
    dialect: str, text: bytes, expected: tuple[str, list[str]]
) -> None:
    sender = laboratory.instrument(
        {}, protocol=dialect, driver=BY_THE_BOOK[dialect], peer_networks=list(wires.LOOPBACK)
    )
    wires.store(wires.whole(text, wires.source_of(sender), dialect=Dialect(dialect)))
    work_off()

    stored = TransmissionMessage.objects.latest("pk")
    assert (stored.status, ends(stored)) == expected


def test_a_control_that_an_analyser_writes_into_its_order_is_never_lost_nor_a_patients(lab) -> None:
    sender = laboratory.instrument(
        {}, protocol="HL7", driver="mindray-bs", peer_networks=list(wires.LOOPBACK)
    )
    control = (
        rb"MSH|^~\&|Mindray|BS-999|||20260105100000||ORU^R01|1|P|2.3.1||||2||ASCII" + b"\r"
        b"OBR|1|12|Glucose|Mindray^BS-999||20260105081500|||||||LEVEL-A|L-77|||H|5.0|0.2|5.1|mmol/L\r"
    )
    wires.store(wires.whole(control, wires.source_of(sender), dialect=Dialect.HL7))
    work_off()

    stored = TransmissionMessage.objects.latest("pk")
    (item,) = plain.items(stored)
    assert (item.status, item.code_text, item.content["control"]) == ("QC", "12", "LEVEL-A")
    assert not Result.objects.exists()


DOUBTS = [
    ("TIME_UNCLEAR", {"text": "20261025023000", "zone": "Europe/Paris"}),
    ("NO_SPECIMEN", {}),
    ("QUESTIONABLE", {"status": "W"}),
    ("NOT_FINAL", {"status": "P"}),
    ("UNKNOWN_STATUS", {"status": "Z"}),
    ("OUT_OF_SCOPE", {"what": "ABO"}),
    ("UNREADABLE", {"detail": "the value was cut off"}),
]


@pytest.mark.parametrize(("hold", "params"), DOUBTS)
def test_what_the_driver_doubts_is_held_with_its_reason(lab, specimen, hold, params) -> None:
    (stored,) = read(lab.instrument, message(reading(specimen, doubts=[[hold, params]])))

    (item,) = plain.items(stored)
    assert (stored.status, item.hold_code) == ("HELD", hold)
    assert all(str(value) in item.hold_reason for value in params.values())
    assert not Result.objects.exists()


def test_the_first_doubt_gives_the_reason_its_name_and_the_others_are_said_too(
    lab, specimen
) -> None:
    doubts = [["NOT_FINAL", {"status": "P"}], ["QUESTIONABLE", {"status": "P"}]]

    (stored,) = read(lab.instrument, message(reading(specimen, doubts=doubts)))

    (item,) = plain.items(stored)
    assert item.hold_code == "NOT_FINAL"
    assert item.hold_reason == (
        "The instrument has not finished this value (status P). "
        "The instrument questions this value (status P)."
    )


def test_a_value_that_nobody_understood_is_held(lab, specimen) -> None:
    no_name, no_value = reading(" "), reading(specimen, value="", unit=None)

    (stored,) = read(lab.instrument, message(no_name, no_value))

    assert ends(stored) == ["NO_SPECIMEN", "UNREADABLE"]


@pytest.mark.parametrize(
    ("more", "hold"),
    [
        ({"patient": {"family": "Quill", "given": "Ada"}}, None),
        ({"patient": {"sex": "F"}}, None),
        ({"patient": {"birth_date": "1990-05-04"}}, None),
        ({"patient": {"birth_date": "1990-05-05"}}, "IDENTITY_CONFLICT"),
        ({"patient": {"sex": "M"}}, "IDENTITY_CONFLICT"),
        ({"observed_at": plain.days}, "BEFORE_COLLECTION"),
    ],
)
def test_a_value_that_names_another_person_is_never_filed(lab, specimen, more, hold) -> None:
    given = {name: value(2) if callable(value) else value for name, value in more.items()}

    (stored,) = read(lab.instrument, message(reading(specimen, **given)))

    assert ends(stored) == [hold or "RECORDED"]
    assert Result.objects.exists() is (hold is None)


def test_a_registered_name_is_compared_without_case_and_accents(lab) -> None:
    somebody = registry.person(family="Étoile", given="Ada")
    specimen = laboratory.specimen([lab.assays["HGB"]], of=somebody)
    same = {"family": "ETOILE", "given": "A"}
    other = {"family": "Etoiles", "given": "Ada"}

    (stored,) = read(
        lab.instrument,
        message(reading(specimen, patient=same), reading(specimen, patient=other, run="2")),
    )

    assert ends(stored) == ["RECORDED", "IDENTITY_CONFLICT"]
    held = plain.items(stored)[1]
    assert held.hold_reason.endswith("is from: name.")
    assert held.content["patient"] == other


@pytest.mark.parametrize(
    ("ago", "settings", "hold"),
    [
        (-1, {}, "IN_FUTURE"),
        (29, {}, None),
        (31, {}, "TOO_OLD"),
        (31, {"oldest_days": 60}, None),
        (8, {"oldest_days": 7}, "TOO_OLD"),
    ],
)
def test_a_time_that_cannot_be_or_lies_too_far_back_is_held(lab, ago, settings, hold) -> None:
    made = plain.instrument({"HB": lab.assays["HGB"]}, **settings)
    specimen = laboratory.specimen([lab.assays["HGB"]], collected_ago=timedelta(days=40))

    (stored,) = read(made, message(reading(specimen, observed_at=plain.days(ago))))

    assert ends(stored) == [hold or "RECORDED"]


def test_without_a_time_of_its_own_a_value_has_that_of_its_message(lab, specimen) -> None:
    (stored,) = read(lab.instrument, message(reading(specimen, observed_at=None)))

    result = Result.objects.get()
    assert result.observed_at == stored.received_at
    assert result.as_sent["observed_at_is"] == "received_at"


def test_a_foreign_identifier_is_found_under_whatever_system_and_only_if_it_is_one(lab) -> None:
    one, other = (laboratory.specimen([lab.assays["HGB"]]) for _number in range(2))
    technologist = factories.principal(Role.TECHNOLOGIST)
    for of, system, value in (
        (one, "urn:north", "VL 7"),
        (one, "urn:north", "N-8"),
        (other, "urn:south", "N-8"),
        (other, "urn:south", one.accession),
    ):
        specimens.identify(
            specimen=of, system=system, value=value, by=technologist, at=database_now()
        )

    (stored,) = read(
        lab.instrument,
        message(*(reading(name) for name in ("VL 7", "VL7", "N-8", one.accession))),
    )

    assert ends(stored) == [
        "RECORDED",
        "UNKNOWN_SPECIMEN",
        "AMBIGUOUS_SPECIMEN",
        "AMBIGUOUS_SPECIMEN",
    ]
    assert Result.objects.get().specimen == one


def test_what_no_text_can_hold_is_written_out(lab, specimen) -> None:
    strange = reading(specimen, comment="a\0b", flags="H\ud800")

    (stored,) = read(lab.instrument, message(strange, reading("26\0", "H\0")))

    kept, unknown = plain.items(stored)
    assert (kept.content["comment"], kept.content["flags"]) == ("a\\u0000b", "H\\ud800")
    assert (unknown.specimen_text, unknown.code_text) == ("26\\u0000", "H\\u0000")
    assert ends(stored) == ["RECORDED", "UNKNOWN_SPECIMEN"]


def test_what_is_longer_than_its_column_is_kept_whole_in_the_item(lab, specimen) -> None:
    long = reading(specimen, flags="X" * 200, comment="y" * 3000)

    (stored,) = read(
        lab.instrument,
        message(
            long, reading("9" * 300), reading(specimen, "C" * 300), reading(specimen, run="r" * 65)
        ),
    )

    assert ends(stored) == ["RECORDED", "UNKNOWN_SPECIMEN", "UNMAPPED_CODE", "UNREADABLE"]
    assert TransmissionItem.objects.get(position=1).content["flags"] == "X" * 200
    assert len(Result.objects.get().flags_sent) == 80
    assert TransmissionItem.objects.get(position=2).content["specimen"] == "9" * 300


def test_an_instrument_without_a_driver_has_its_messages_held(lab, specimen) -> None:
    other = laboratory.instrument(
        {"HB": lab.assays["HGB"]},
        protocol="ASTM",
        driver="no-such-driver",
        peer_networks=["127.0.0.0/8"],
    )

    (stored,) = read(other, message(reading(specimen)))

    assert (stored.status, ends(stored)) == ("HELD", ["UNREADABLE"])
    assert plain.items(stored)[0].position == 0
