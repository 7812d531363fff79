"""How an instrument is reached: what each way of connecting needs, and when one calls again."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from ipaddress import ip_address

from labsys.lib.wording import gettext_noop as _


class EndpointRole(StrEnum):
    """Who calls whom, and by what."""

    SHARED = "SHARED"  # it calls the port that all instruments of its protocol share
    SERVER = "SERVER"  # it calls a port of its own
    CLIENT = "CLIENT"  # it is called
    FOLDER = "FOLDER"  # it leaves files in a folder
    HTTP = "HTTP"  # it posts to the API


class LineState(StrEnum):
    """What stands of a connection, as the listener says it."""

    LISTENING = "LISTENING"  # waiting to be called
    CONNECTED = "CONNECTED"
    CALLING = "CALLING"
    BACKOFF = "BACKOFF"  # called in vain, and pausing before the next call
    WATCHING = "WATCHING"  # looking into its folder
    DOWN = "DOWN"  # cannot be used before somebody changes something
    OFF = "OFF"  # switched off


# What one process alone may do at a time.
LEASED = (EndpointRole.SERVER, EndpointRole.CLIENT, EndpointRole.FOLDER)
WIRED = (EndpointRole.SHARED, EndpointRole.SERVER, EndpointRole.CLIENT)

_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0
_NAME = re.compile(
    r"(?=.{1,253}\Z)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
    r"(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\Z",
    re.IGNORECASE,
)
_FINGERPRINT = re.compile(r"[0-9a-f]{64}\Z")
LONGEST_FOLDER, LONGEST_PATTERN, MOST_FINGERPRINTS = 200, 80, 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """What was filled in about a connection; None and empty where nothing was.

    `folder` is below the folder of all folders, `pattern` one of file names; a file is taken once it
    has not changed for `stable_seconds`. `idle_seconds` without a byte end a connection;
    `silence_minutes` without a message raise an alarm; for `answer_seconds` an answer is awaited.
    `fingerprints` are those (SHA-256) of the certificates that are trusted. `framing` is what the
    connection frames otherwise than its instrument does elsewhere.
    """

    role: EndpointRole
    host: str = ""
    port: int | None = None
    folder: str = ""
    pattern: str = ""
    stable_seconds: int | None = None
    idle_seconds: int | None = None
    silence_minutes: int | None = None
    answer_seconds: int | None = None
    sends: bool = False
    tls: bool = False
    fingerprints: tuple[str, ...] = ()
    framing: Mapping[str, object] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mistake:
    """What cannot be as it was filled in: the field, a sentence and its parameters."""

    field: str
    message: str
    params: Mapping[str, object] = dataclasses.field(default_factory=dict)


_BY_ROLE: dict[EndpointRole, frozenset[str]] = {
    EndpointRole.SHARED: frozenset({"idle_seconds", "answer_seconds", "sends", "framing"}),
    EndpointRole.SERVER: frozenset(
        {"port", "idle_seconds", "answer_seconds", "sends", "tls", "fingerprints", "framing"}
    ),
    EndpointRole.CLIENT: frozenset(
        {
            "host",
            "port",
            "idle_seconds",
            "answer_seconds",
            "sends",
            "tls",
            "fingerprints",
            "framing",
        }
    ),
    EndpointRole.FOLDER: frozenset({"folder", "pattern", "stable_seconds", "framing"}),
    EndpointRole.HTTP: frozenset(),
}
_NEEDED: dict[EndpointRole, dict[str, str]] = {
    EndpointRole.SHARED: {},
    EndpointRole.SERVER: {"port": _("Give the port on which this instrument alone is heard.")},
    EndpointRole.CLIENT: {
        "host": _("Give the name or address of the instrument that is called."),
        "port": _("Give the port on which the instrument is called."),
    },
    EndpointRole.FOLDER: {
        "folder": _("Give the folder in which the instrument leaves its files."),
        "stable_seconds": _("Say for how many seconds a file must not have changed."),
    },
    EndpointRole.HTTP: {},
}
_OUT_OF_PLACE: dict[str, str] = {
    "host": _("Only an instrument that is called has a host here; leave it empty."),
    "port": _(
        "Only a port of its own, or an instrument that is called, has a port; leave it empty."
    ),
    "folder": _("Only a watched folder has a folder; leave it empty."),
    "pattern": _("Only a watched folder has a pattern of file names; leave it empty."),
    "stable_seconds": _("Only files of a watched folder are waited for; leave it empty."),
    "idle_seconds": _("Only a connection over TCP can be idle; leave it empty."),
    "answer_seconds": _("Only over TCP an answer is awaited; leave it empty."),
    "sends": _("Nothing is sent into a folder or over HTTP; leave it unmarked."),
    "tls": _("Only a port of its own, or an instrument that is called, can be encrypted here."),
    "fingerprints": _("Without encryption nobody shows a certificate; leave them empty."),
    "framing": _("What is posted over HTTP comes without frames; leave the framing as it is."),
}
_LIMITS: dict[str, tuple[int, int]] = {
    "port": (1, 65_535),
    "stable_seconds": (1, 3_600),
    "idle_seconds": (10, 604_800),
    "silence_minutes": (1, 43_200),
    "answer_seconds": (1, 300),
}


def mistakes(address: Address) -> tuple[Mistake, ...]:
    """Return everything that cannot be as it was filled in."""
    return (*_by_role(address), *_ranges(address), *_texts(address))


def _by_role(address: Address) -> Iterator[Mistake]:
    allowed = _BY_ROLE[address.role]
    for name, message in _OUT_OF_PLACE.items():
        if name not in allowed and getattr(address, name):
            yield Mistake(name, message)
    for name, message in _NEEDED[address.role].items():
        if getattr(address, name) in ("", None):
            yield Mistake(name, message)
    if address.fingerprints and "fingerprints" in allowed and not address.tls:
        yield Mistake("fingerprints", _OUT_OF_PLACE["fingerprints"])


def _ranges(address: Address) -> Iterator[Mistake]:
    for name, (least, most) in _LIMITS.items():
        given = getattr(address, name)
        if given is not None and not least <= given <= most:
            sentence = _("Give a whole number from %(least)d to %(most)d.")
            yield Mistake(name, sentence, {"least": least, "most": most})


def _texts(address: Address) -> Iterator[Mistake]:
    if address.host and not is_host(address.host):
        yield Mistake(
            "host",
            _("“%(text)s” is neither a name of a machine nor an address, such as 10.1.4.17."),
            {"text": address.host[:60]},
        )
    if address.folder and not is_folder(address.folder):
        yield Mistake(
            "folder",
            _("“%(text)s” is not a folder below the folder of all instruments, such as xn-1/out."),
            {"text": address.folder[:60]},
        )
    if address.pattern and not is_pattern(address.pattern):
        yield Mistake(
            "pattern",
            _("“%(text)s” is not a pattern of file names, such as *.hl7."),
            {"text": address.pattern[:60]},
        )
    if len(address.fingerprints) > MOST_FINGERPRINTS:
        yield Mistake(
            "fingerprints", _("Give %(most)d fingerprints at most."), {"most": MOST_FINGERPRINTS}
        )
    for one in address.fingerprints:
        if not _FINGERPRINT.match(one):
            yield Mistake(
                "fingerprints",
                _("“%(text)s” is not a SHA-256 fingerprint: 64 digits 0 to 9 and a to f."),
                {"text": one[:70]},
            )


def is_host(text: str) -> bool:
    """Return whether a text names a machine: an address, or a name of labels with points between."""
    try:
        ip_address(text)
    except ValueError:
        return bool(_NAME.match(text)) and not text.replace(".", "").isdigit()
    return True


def is_folder(text: str) -> bool:
    """Return whether a text is a path that cannot lead out of the folder it starts in."""
    parts = text.split("/")
    return (
        len(text) <= LONGEST_FOLDER
        and text.isprintable()
        and "\\" not in text
        and all(part and not part.startswith(".") for part in parts)
    )


def is_pattern(text: str) -> bool:
    """Return whether a text is a pattern of file names; `*`, `?` and `[a-z]` stand for others."""
    return (
        0 < len(text) <= LONGEST_PATTERN
        and text.isprintable()
        and not set(text) & {"/", "\\"}
        and not text.startswith(".")
    )


def is_taken(name: str, pattern: str) -> bool:
    """Return whether a file of this name is one of the pattern's; hidden ones never are."""
    return not name.startswith(".") and fnmatchcase(name, pattern or "*")


def fingerprint(text: str) -> str:
    """Return a fingerprint as it is compared, however it was written down: `AB:CD` is `abcd`.

    openssl writes what it is before it: `sha256 Fingerprint=AB:CD`.
    """
    return re.sub(r"[\s:-]", "", text.rpartition("=")[2]).lower()


def pause(failures: int, chance: float) -> float:
    """Return the seconds before the next call, after so many in vain; `chance` is from 0 up to 1.

    They double up to a minute, times 0.5 to 1.5, so that what failed together does not call together.
    """
    doubled = _FIRST_PAUSE * 2.0 ** min(max(failures - 1, 0), 10)
    return float(min(doubled, _LONGEST_PAUSE) * (0.5 + chance))
