"""Sealing of private fields: AES-256-GCM with a key id and a context that binds the ciphertext.

Form of a sealed value: one byte length of the key id, the key id, 12 bytes nonce, ciphertext + tag.
A ciphertext moved to another row does not open there, because the context names its row.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from labsys.lib.errors import Refusal


class SealBroken(Refusal):
    """A sealed field does not open: wrong key, other row, or altered bytes."""


def seal(plain: bytes, *, context: str, keys: Mapping[str, bytes]) -> bytes:
    """Encrypt `plain` with the first key; `context` must be given again to open it."""
    name, key = next(iter(keys.items()))
    label = name.encode("ascii")
    nonce = os.urandom(12)
    return bytes([len(label)]) + label + nonce + AESGCM(key).encrypt(nonce, plain, context.encode())


def unseal(sealed: bytes, *, context: str, keys: Mapping[str, bytes]) -> bytes:
    """Decrypt what `seal` made under the same context; raises SealBroken."""
    length = sealed[0] if sealed else 0
    name = sealed[1 : 1 + length].decode("ascii", "replace")
    if name not in keys:
        raise SealBroken(f"The key {name!r} of this sealed field is not in LABSYS_FIELD_KEYS.")
    nonce, body = sealed[1 + length : 13 + length], sealed[13 + length :]
    try:
        return AESGCM(keys[name]).decrypt(nonce, body, context.encode())
    except (InvalidTag, ValueError) as broken:
        raise SealBroken("A sealed field does not open: it was altered or moved.") from broken
