"""How an instrument is reached: filled in, refused in words, changed with a reason, one per place."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from assays.actions import endpoint_states, endpoints
from assays.actions.endpoint_states import Report
from assays.models import Endpoint, EndpointState, Instrument
from assays.queries import connections
from assays.queries import endpoints as queried
from assays.queries.sources import sources
from assays.rules.endpoints import Address, EndpointRole, LineState
from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.audit.context import acting
from labsys.lib.clock import database_now
from labsys.lib.errors import Conflict, InvalidInput, InvalidInputs, NotAllowed
from tests import factories
from tests.assays.console import transmitted
from tests.assays.listeners import wires

pytestmark = pytest.mark.django_db
SERVER = Address(role=EndpointRole.SERVER, port=15301)
CLIENT = Address(role=EndpointRole.CLIENT, host="10.1.4.17", port=4001)
FOLDER = Address(role=EndpointRole.FOLDER, folder="xn-1", stable_seconds=5)
SHARED = Address(role=EndpointRole.SHARED)


@pytest.fixture
def administrator() -> Principal:
    return factories.principal(Role.ADMINISTRATOR)


def analyser(**settings: object) -> Instrument:
    made = wires.instrument("ASTM", **settings)
    with acting(by=factories.seed(), at=database_now(), action="tests.driver"):
        Instrument.objects.filter(pk=made.pk).update(driver="lis2a2")
    made.refresh_from_db()
    return made


def add(by: Principal, address: Address = SERVER, instrument: Instrument | None = None) -> Endpoint:
    of = instrument or analyser()
    return endpoints.add(instrument=of, address=address, by=by, at=database_now())


def test_an_administrator_says_how_an_instrument_is_reached(administrator: Principal) -> None:
    made = add(administrator, Address(role=EndpointRole.CLIENT, host=" XN-1.Lab ", port=4001))

    assert (made.host, made.port, made.is_active) == ("xn-1.lab", 4001, True)
    assert made.place == "xn-1.lab:4001"


def test_who_does_not_manage_instruments_opens_no_port() -> None:
    with pytest.raises(NotAllowed):
        add(factories.principal(Role.TECHNOLOGIST))


def test_everything_that_cannot_be_is_said_at_once(administrator: Principal) -> None:
    wrong = Address(role=EndpointRole.SERVER, host="x", framing={"frame_limit": 3, "sender": "X"})

    with pytest.raises(InvalidInputs) as refused:
        add(administrator, wrong)

    assert [field for field, _why in refused.value.errors] == [
        "host",
        "port",
        "frame_limit",
        "framing",
    ]
    assert not Endpoint.objects.exists()


@pytest.mark.parametrize(
    ("address", "field", "says"),
    [
        (SERVER, "port", "is heard on this port already"),
        (CLIENT, "port", "is called at this address already"),
        (FOLDER, "folder", "leaves its files in this folder"),
    ],
)
def test_a_place_is_one_instruments_alone(
    administrator: Principal, address: Address, field: str, says: str
) -> None:
    first = add(administrator, address)

    with pytest.raises(InvalidInput, match=f"{first.instrument} {says}") as refused:
        add(administrator, address)

    assert refused.value.field == field


def test_a_place_is_free_again_once_its_holder_is_switched_off(administrator: Principal) -> None:
    first = add(administrator)
    endpoints.switch_off(endpoint=first, by=administrator, at=database_now(), reason="Moved.")

    second = add(administrator)
    with pytest.raises(InvalidInput, match="is heard on this port already"):
        endpoints.switch_on(endpoint=first, by=administrator, at=database_now(), reason="Back.")

    assert [line.endpoint_id for line in queried.lines()] == [second.pk]


def test_who_fills_in_the_same_at_the_same_moment_comes_second(
    administrator: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(administrator)
    monkeypatch.setattr(endpoints, "_check_free", lambda *given, **named: None)

    with pytest.raises(Conflict, match="has taken this place meanwhile"):
        add(administrator)


def test_one_connection_of_an_instrument_sends(administrator: Principal) -> None:
    of = analyser()
    add(administrator, Address(role=EndpointRole.SERVER, port=15301, sends=True), of)

    with pytest.raises(InvalidInput, match="goes over :15301 already") as refused:
        add(administrator, Address(role=EndpointRole.SHARED, sends=True), of)

    assert refused.value.field == "sends"


def test_the_port_that_all_share_is_nobodys_own(administrator: Principal, settings) -> None:
    settings.LABSYS_MLLP_PORT = 12575

    with pytest.raises(InvalidInputs, match="All instruments share this port"):
        add(administrator, Address(role=EndpointRole.SERVER, port=12575))


def test_a_folder_needs_a_driver_and_http_has_no_line(administrator: Principal) -> None:
    undriven, posting = wires.instrument("ASTM"), wires.instrument("HTTP")

    with pytest.raises(InvalidInputs, match="Without a driver nobody could read"):
        add(administrator, FOLDER, undriven)
    with pytest.raises(InvalidInputs, match="sends over HTTP, and has no line"):
        add(administrator, SERVER, posting)
    assert add(administrator, Address(role=EndpointRole.HTTP, silence_minutes=5), posting)


def test_a_connection_is_changed_with_a_reason_and_keeps_its_way(administrator: Principal) -> None:
    made = add(administrator)
    other = Address(role=EndpointRole.CLIENT, port=15302, idle_seconds=60)

    with pytest.raises(InvalidInput, match="Say why"):
        endpoints.change(
            endpoint=made, address=other, by=administrator, at=database_now(), reason=" "
        )
    changed = endpoints.change(
        endpoint=made, address=other, by=administrator, at=database_now(), reason="Port in use."
    )

    assert (changed.role, changed.port, changed.idle_seconds) == ("SERVER", 15302, 60)


@pytest.mark.parametrize(
    "values",
    [
        {"role": "FAX"},
        {"role": "SERVER", "port": None},
        {"role": "SHARED", "port": 15301},
        {"role": "CLIENT", "port": 4001},
        {"role": "SERVER", "port": 15301, "host": "x"},
        {"role": "FOLDER", "folder": "x"},
        {"role": "SHARED", "folder": "x", "stable_seconds": 5},
        {"role": "SHARED", "tls": True},
        {"role": "SERVER", "port": 15301, "fingerprints": ["ab"]},
        {"role": "HTTP", "sends": True},
    ],
)
def test_the_table_itself_refuses_what_cannot_be(values: dict[str, object]) -> None:
    of, by, at = analyser(), factories.seed(), database_now()

    with (
        pytest.raises(IntegrityError, match="assays_endpoint_"),
        transaction.atomic(),
        acting(by=by, at=at, action="tests.endpoint"),
    ):
        Endpoint.objects.create(instrument=of, recorded_at=at, recorded_by=by, **values)


def test_a_line_frames_as_its_endpoint_says_and_else_as_its_instrument(
    administrator: Principal,
) -> None:
    of = analyser(frame_numbers=10)
    add(administrator, Address(role=EndpointRole.SHARED, framing={"frameless": True}), of)
    add(
        administrator,
        Address(role=EndpointRole.SERVER, port=15301, framing={"checksum": False}),
        of,
    )

    (shared,) = (one.framing for one in sources() if one.instrument_id == of.pk)
    own = next(line.source.framing for line in queried.lines() if line.port)

    assert (shared.frameless, shared.has_checksum, shared.numbering) == (True, True, 10)
    assert (own.frameless, own.has_checksum, own.numbering) == (False, False, 10)


# --- who has a line, and how it stands


def hold(made: Endpoint, listener: str) -> bool:
    by = Principal.objects.system("interpret")
    found = endpoint_states.hold(endpoints=[made.pk], listener=listener, by=by, at=database_now())
    return made.pk in found


def release(made: Endpoint, listener: str) -> None:
    endpoint_states.release(
        endpoints=[made.pk],
        state=LineState.DOWN,
        listener=listener,
        by=Principal.objects.system("interpret"),
        at=database_now(),
    )


def report(made: Endpoint, listener: str = "here:1/a", **said: object) -> EndpointState:
    given = {"state": LineState.LISTENING, **said}
    one = Report(instrument_id=made.instrument_id, endpoint_id=made.pk, **given)  # type: ignore[arg-type]
    by = Principal.objects.system("interpret")
    endpoint_states.report(reports=[one], listener=listener, by=by, at=database_now())
    return EndpointState.objects.get(endpoint=made)


def test_one_listener_has_a_line_until_it_gives_it_back(administrator: Principal) -> None:
    made = add(administrator)

    assert [hold(made, "here:1/a"), hold(made, "here:2/b"), hold(made, "here:1/a")] == [
        True,
        False,
        True,
    ]
    release(made, "here:2/b")
    assert not hold(made, "here:2/b")
    release(made, "here:1/a")
    assert hold(made, "here:2/b")


def test_a_listener_that_died_loses_its_line_by_the_databases_clock(
    administrator: Principal,
) -> None:
    made = add(administrator)
    hold(made, "here:1/a")
    EndpointState.objects.update(lease_until=database_now() - timedelta(seconds=1))

    assert hold(made, "here:2/b")
    assert not hold(made, "here:1/a")


def test_of_a_line_that_another_has_nothing_is_said(administrator: Principal) -> None:
    made = add(administrator)
    hold(made, "here:1/a")
    report(made, messages_in=3)

    row = report(made, listener="here:2/b", state=LineState.DOWN, messages_in=9)

    assert (row.listener, row.state, row.messages_in) == ("here:1/a", "LISTENING", 3)


def test_what_was_heard_before_a_listener_began_anew_stays_known(administrator: Principal) -> None:
    made = add(administrator)
    hold(made, "here:1/a")
    before = report(made, last_in=30.0, errors=1, last_error_ago=30.0, last_error="It was cut.")

    after = report(made)

    assert after.last_in_at == before.last_in_at
    assert (after.last_error, after.errors) == ("It was cut.", 0)


def test_an_instrument_without_an_endpoint_has_one_row_too() -> None:
    of, by = analyser(), Principal.objects.system("interpret")
    one = Report(instrument_id=of.pk, endpoint_id=None, state=LineState.CONNECTED, connections=1)

    for _turn in range(2):
        endpoint_states.report(reports=[one], listener="here:1/a", by=by, at=database_now())

    assert EndpointState.objects.get().connections == 1


def alarms_of(instrument: Instrument) -> list[str]:
    overview = connections.overview(at=database_now())
    line = next(one for one in overview.lines if one.instrument == instrument)
    return [alarm.value for alarm in line.alarms if alarm.value != "NO_LISTENER"]


def test_a_line_that_is_down_or_called_in_vain_raises_an_alarm(administrator: Principal) -> None:
    made = add(administrator)
    hold(made, "here:1/a")

    said = {}
    for state, since in (("LISTENING", 90), ("BACKOFF", 5), ("BACKOFF", 90), ("DOWN", 0)):
        report(made, state=LineState(state), since=float(since))
        said[state, since] = alarms_of(made.instrument)

    assert said == {
        ("LISTENING", 90): [],
        ("BACKOFF", 5): [],
        ("BACKOFF", 90): ["LINE_DOWN"],
        ("DOWN", 0): ["LINE_DOWN"],
    }


def test_refused_files_raise_an_alarm_until_they_are_gone(administrator: Principal) -> None:
    made = add(administrator, FOLDER)
    hold(made, "here:1/a")

    report(made, state=LineState.WATCHING, refused=2)
    while_there = alarms_of(made.instrument)
    report(made, state=LineState.WATCHING)

    assert (while_there, alarms_of(made.instrument)) == (["REFUSED_FILES"], [])


def test_silence_is_counted_by_the_limit_of_the_connection(administrator: Principal) -> None:
    of = analyser()
    transmitted.message(of, received_at=database_now() - timedelta(minutes=40))
    before = alarms_of(of)

    add(administrator, Address(role=EndpointRole.SHARED, silence_minutes=30), of)

    assert (before, alarms_of(of)) == ([], ["SILENT"])


def test_a_silent_line_raises_an_alarm_though_another_of_the_instrument_speaks(
    administrator: Principal,
) -> None:
    of = analyser()
    transmitted.message(of, received_at=database_now())
    limited = add(
        administrator, Address(role=EndpointRole.SERVER, port=15_391, silence_minutes=30), of
    )
    other = add(administrator, Address(role=EndpointRole.SERVER, port=15_392), of)
    for made in (limited, other):
        hold(made, "here:1/a")
    report(other, last_in=4_000.0)
    never = alarms_of(of)
    report(limited, last_in=1_700.0)
    before = alarms_of(of)

    report(limited, last_in=1_900.0)

    assert (never, before, alarms_of(of)) == ([], [], ["SILENT"])


def test_a_table_of_states_is_machinery_and_writes_no_events(administrator: Principal) -> None:
    made = add(administrator)

    def events() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM audit_event")
            return int(cursor.fetchone()[0])

    before = events()
    hold(made, "here:1/a")
    report(made)

    assert events() == before
