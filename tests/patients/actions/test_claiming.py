"""A constraint's violation is told as its refusal, and the refusal keeps nothing of who was told."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.db import IntegrityError

from labsys.lib.errors import Conflict
from patients.actions.gateway import claiming


class Cause(Exception):
    diag = SimpleNamespace(constraint_name="one_of_each")


def violate() -> None:
    raise IntegrityError from Cause()


def test_a_refusal_that_is_told_again_keeps_nobodys_frames() -> None:
    refusal = Conflict("Taken meanwhile.")

    for _time in range(2):
        with pytest.raises(Conflict, match="Taken meanwhile"), claiming({"one_of_each": refusal}):
            violate()

    assert refusal.__traceback__ is None


def test_another_constraint_stays_what_it_is() -> None:
    with pytest.raises(IntegrityError), claiming({"another": Conflict("Taken.")}):
        violate()
