"""What a page of the entry grid sends, for the tests of whatever is typed into one."""

from __future__ import annotations

from uuid import uuid4

from assays.models import Result
from assays.queries import entry_people

GRID = "/entry/"


def identity(specimen) -> str:
    person = entry_people.people([specimen.person_id])[specimen.person_id]
    return entry_people.identity(specimen.pk, person)


def page(*specimens, token=None, move="save", **more: str) -> dict[str, object]:
    """What the page of these specimens sends; cells are added by `typed`."""
    return {
        "token": str(token or uuid4()),
        "move": move,
        "row": [f"{one.pk}:{identity(one)}" for one in specimens],
        **more,
    }


def typed(specimen, assay, text: str, kind: str = "v") -> dict[str, str]:
    return {f"{kind}-{specimen.pk}-{assay.pk}": text}


def values() -> list[str]:
    return [str(one.value) for one in Result.objects.order_by("pk")]
