"""Passes for the gate: short-lived, signed, checked without a database and without a network.

A pass is a line of text, `LP1.<payload>.<signature>`, small enough for a QR symbol. Its payload is
canonical JSON, the signature Ed25519 over everything before it. It names a person by record number
and a programme, and says until when; nothing of why. The list of revoked passes is signed alike.

A key pair is derived from each key that the laboratory seals fields with, so that there is no
second secret to keep and passes of the key before still verify after a change of keys.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from consent.rules.gates import GateStatus

LONGEST = timedelta(minutes=15)
# A list that is older says so: a pass revoked since may still read as cleared.
LIST_IS_OLD = timedelta(minutes=15)
AHEAD = timedelta(minutes=2)
PASS, REVOCATIONS = "LP1", "LR1"
INFO = b"labsys gate pass v1"
LONGEST_TEXT = 1024
LONGEST_LIST = 2_000_000
PASS_FIELDS = {"v": int, "kid": str, "id": str, "who": str, "prog": str, "iat": int, "exp": int}
LIST_FIELDS = {"v": int, "kid": str, "as_of": int, "ids": list}
ID = re.compile(r"[0-9a-f]{32}")
LATEST = 253_402_300_799  # the last second that a datetime can hold


class BadPass(ValueError):
    """A text that is no pass of ours, or no list of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GatePass:
    """What a pass says. Moments are whole seconds."""

    kid: str
    id: str
    who: str
    programme: str
    issued_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Revocations:
    """The passes whose holders were not cleared at a moment."""

    kid: str
    as_of: datetime
    ids: frozenset[str]

    def is_old(self, at: datetime) -> bool:
        return at - self.as_of > LIST_IS_OLD


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a pass is worth at a moment; without a pass where the text is none of ours."""

    status: GateStatus
    gate_pass: GatePass | None = None


def signing_key(field_key: bytes) -> Ed25519PrivateKey:
    """Return the key that signs passes, derived from one that seals fields."""
    seed = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=INFO).derive(field_key)
    return Ed25519PrivateKey.from_private_bytes(seed)


def public_bytes(key: Ed25519PrivateKey) -> bytes:
    """Return the 32 bytes with which others verify."""
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def expiry(issued_at: datetime, valid_until: datetime | None) -> datetime:
    """Return when a pass ends: after a quarter of an hour, and never after the clearance."""
    latest = issued_at + LONGEST
    end = latest if valid_until is None else min(latest, valid_until)
    return end.replace(microsecond=0)


def issue(one: GatePass, key: Ed25519PrivateKey) -> str:
    """Return the text of a pass; the same text for the same pass."""
    return _signed(
        PASS,
        {
            "v": 1,
            "kid": one.kid,
            "id": one.id,
            "who": one.who,
            "prog": one.programme,
            "iat": _seconds(one.issued_at),
            "exp": _seconds(one.expires_at),
        },
        key,
    )


def issue_list(one: Revocations, key: Ed25519PrivateKey) -> str:
    """Return the text of a list of revoked passes."""
    said = {"v": 1, "kid": one.kid, "as_of": _seconds(one.as_of), "ids": sorted(one.ids)}
    return _signed(REVOCATIONS, said, key)


def read(text: str, *, keys: Mapping[str, bytes]) -> GatePass:
    """Return what a pass says, if one of these keys signed it; raises BadPass."""
    said = _opened(text, PASS, PASS_FIELDS, keys, LONGEST_TEXT)
    issued_at, expires_at = _moment(said["iat"]), _moment(said["exp"])
    if not issued_at < expires_at <= issued_at + LONGEST or not ID.fullmatch(said["id"]):
        raise BadPass("its moments are not those of a pass")
    return GatePass(
        kid=said["kid"],
        id=said["id"],
        who=said["who"],
        programme=said["prog"],
        issued_at=issued_at,
        expires_at=expires_at,
    )


def read_list(text: str, *, keys: Mapping[str, bytes]) -> Revocations:
    """Return a list of revoked passes, if one of these keys signed it; raises BadPass."""
    said = _opened(text, REVOCATIONS, LIST_FIELDS, keys, LONGEST_LIST)
    if not all(isinstance(one, str) and ID.fullmatch(one) for one in said["ids"]):
        raise BadPass("it holds what is no id")
    return Revocations(kid=said["kid"], as_of=_moment(said["as_of"]), ids=frozenset(said["ids"]))


def verify(
    text: str, *, keys: Mapping[str, bytes], revoked: Collection[str], at: datetime
) -> Verdict:
    """Say what a pass is worth at a moment by the clock of whoever checks it.

    The end is not part of it: at `exp` the pass has expired. A pass from further ahead than two
    clocks may differ is none of ours.
    """
    try:
        found = read(text, keys=keys)
    except BadPass:
        return Verdict(status=GateStatus.INVALID)
    if found.issued_at > at + AHEAD:
        return Verdict(status=GateStatus.INVALID)
    if at >= found.expires_at:
        return Verdict(status=GateStatus.EXPIRED, gate_pass=found)
    if found.id in revoked:
        return Verdict(status=GateStatus.REVOKED, gate_pass=found)
    return Verdict(status=GateStatus.CLEARED, gate_pass=found)


def _signed(kind: str, said: dict[str, Any], key: Ed25519PrivateKey) -> str:
    body = f"{kind}.{_to_text(_canonical(said))}"
    return f"{body}.{_to_text(key.sign(body.encode('ascii')))}"


def _opened(
    text: str, kind: str, fields: Mapping[str, type], keys: Mapping[str, bytes], longest: int
) -> dict[str, Any]:
    """Return the payload of a signed text whose every byte is the one that was signed."""
    parts = text.split(".") if len(text) <= longest else []
    if len(parts) != 3 or parts[0] != kind:
        raise BadPass("it has another form")
    payload, signature = _to_bytes(parts[1]), _to_bytes(parts[2])
    try:
        said = json.loads(payload)
    except (ValueError, RecursionError) as unreadable:
        raise BadPass("its payload cannot be read") from unreadable
    if not isinstance(said, dict) or set(said) != set(fields):
        raise BadPass("its payload has other fields")
    if any(type(said[name]) is not kept for name, kept in fields.items()) or said["v"] != 1:
        raise BadPass("its payload holds other values")
    if said["kid"] not in keys:
        raise BadPass("its key is not known")
    try:
        key = Ed25519PublicKey.from_public_bytes(keys[said["kid"]])
        key.verify(signature, f"{kind}.{parts[1]}".encode("ascii"))
        is_canonical = _canonical(said) == payload
    except (InvalidSignature, ValueError) as forged:
        raise BadPass("its signature is not that of its key") from forged
    if not is_canonical:
        raise BadPass("its payload is written another way")
    return said


def _canonical(said: dict[str, Any]) -> bytes:
    return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def _to_text(given: bytes) -> str:
    return base64.urlsafe_b64encode(given).rstrip(b"=").decode("ascii")


def _to_bytes(text: str) -> bytes:
    """Return the bytes of a text that has one way alone to be written."""
    try:
        given = text.encode("ascii")
        found = base64.b64decode(given + b"=" * (-len(given) % 4), altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error, ValueError) as unreadable:
        raise BadPass("it holds other characters") from unreadable
    if _to_text(found) != text:
        raise BadPass("it is written another way")
    return found


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _moment(seconds: int) -> datetime:
    if not 0 <= seconds <= LATEST:
        raise BadPass("it holds no moment")
    return datetime.fromtimestamp(seconds, tz=UTC)
