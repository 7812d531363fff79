"""Signing in tests as people do: a login, the password given again, and a meaning."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection
from typing import Any

from django.test import Client

from assays.actions import catalogue
from assays.actions.signatures import Signing
from assays.models import Assay
from assays.queries import range_rows
from assays.rules.range_rows import RowKind
from assays.rules.signatures import Meaning
from labsys.accounts.actions import sessions, step_ups
from labsys.accounts.models import LoginSession, Principal, StepUp
from labsys.lib.clock import database_now
from tests.factories import PASSWORD


def login(by: Principal) -> LoginSession:
    """Log a person in, as the login page does."""
    return sessions.start(
        user=by.user, session_key=secrets.token_hex(16), address=None, by=by, at=database_now()
    )


def step_up(by: Principal) -> StepUp:
    """Give a person's password again in a login of theirs."""
    return step_ups.confirm(session=login(by), password=PASSWORD, by=by, at=database_now())


def signing(by: Principal, meaning: Meaning = Meaning.RELEASED, remark: str = "") -> Signing:
    """Return what a person brings to an act that is signed."""
    return Signing(step_up(by), meaning, remark)


def sign_limits(
    assays: Collection[Assay], by: Principal, kinds: Collection[RowKind] = tuple(RowKind)
) -> None:
    """Have a named person answer for every row of limits in force of these assays."""
    ids = {one.pk for one in assays}
    refs = [
        row.ref
        for row in range_rows.in_force()
        if row.version.assay_id in ids and row.kind in kinds and not row.is_signed
    ]
    if refs:
        given = {"refs": refs, "step_up": step_up(by), "by": by, "at": database_now()}
        catalogue.sign_rows(**given)


def correcting(by: Principal) -> Signing:
    return signing(by, Meaning.CORRECTED)


def withdrawing(by: Principal) -> Signing:
    return signing(by, Meaning.WITHDRAWN)


def shown_on(client: Client, address: str) -> str:
    """Return what a page says it showed, as its form carries it; empty where it offers nothing."""
    found = re.search(r'name="shown" value="([^"]+)"', client.get(address).content.decode())
    return found.group(1) if found else ""


def sign_on_page(client: Client, result: Any, move: str, **given: Any) -> Any:
    """Look at a result's page and sign one of its forms with the right password."""
    address = f"/results/{result.pk}/"
    meaning = {"meaning": Meaning.RELEASED.value} if move == "release" else {}
    data = {"password": PASSWORD, "shown": shown_on(client, address), **meaning, **given}
    return client.post(f"{address}{move}/", data)
