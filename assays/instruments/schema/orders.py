"""How a family is told what to measure, as JSON: {"astm": {"code": "O.5.5"}, "hl7": null}.

What is not said stays as the base driver has it, else as the book; a dialect that is null is not told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from assays.instruments import ordering
from assays.instruments.dialects import Dialect
from assays.instruments.drivers.driver import Driver
from assays.instruments.ordering import Form, NoWork, OrderForm
from assays.instruments.schema import kinds
from assays.instruments.schema.kinds import Kind, Wrong
from labsys.lib.wording import gettext_noop as _

_BOOK = {Dialect.ASTM: ordering.ASTM, Dialect.HL7: ordering.LAW}
_MOST = 64_000
Note = Callable[[str, Any, Wrong, Any], None]


def _choice(of: type[Form] | type[NoWork]) -> Kind:
    def read(value: Any, _dialect: Dialect) -> Form | NoWork:
        if not isinstance(value, str) or value not in of.__members__:
            known = ", ".join(of.__members__)
            raise Wrong(_("“%(text)s” is not one of %(known)s"), text=str(value), known=known)
        return of[value]

    return Kind(read, lambda one: one.name)


def _number(least: int) -> Kind:
    def read(value: Any, _dialect: Dialect) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= _MOST:
            why = _("a whole number from %(least)d to %(most)d is required")
            raise Wrong(why, least=least, most=_MOST)
        return value

    return Kind(read, int)


def _delimiters(value: Any, dialect: Dialect) -> str:
    text = kinds.read_filled(value, dialect)
    if len(text) != 4 or len(set(text)) < 4 or any(c.isalnum() or c.isspace() for c in text):
        raise Wrong(_("four different signs are required: field, repeat, component, escape"))
    return text


def _places(value: Any, dialect: Dialect) -> dict[str, str]:
    """Read texts by the places where they stand."""
    table = kinds.read_table(value, kinds.read_text, dialect)
    for where in table:
        kinds.read_place(where, dialect)
    return table


def _echoed(value: Any, dialect: Dialect) -> dict[str, str]:
    table = _places(value, dialect)
    for source in table.values():
        kinds.read_place(source, dialect)
    return table


_FLAG = Kind(kinds.read_flag, bool)
KEYS: Mapping[str, tuple[Kind, Any]] = {
    "unasked": (_choice(Form), "ASTM"),
    "delimiters": (Kind(_delimiters, str), "|\\^&"),
    "charset": (kinds.CHARSET, "8859/1"),
    "specimen": (kinds.PLACE, "O.3"),
    "code": (kinds.PLACE, "O.5.4"),
    "has_code_tail": (_FLAG, True),
    "is_numbered": (_FLAG, True),
    "is_one_test_each": (_FLAG, True),
    "width": (_number(0), 22),
    "fixed": (Kind(_places, dict), {"O.12": "A"}),
    "echoed": (Kind(_echoed, dict), {"O.4.1": "Q.3.4"}),
    "no_work": (_choice(NoWork), "END"),
    "reported_as": (kinds.TABLE, {"B12": "B12II"}),
    "answers_within": (_number(1), 60),
    "coding": (kinds.TEXT, "L"),
}


def written(driver: Driver, base: Driver | None) -> dict[str, Any]:
    """Return what a driver is told otherwise than its base, or all of it where there is none."""
    found: dict[str, Any] = {}
    for dialect, book in _BOOK.items():
        own = driver.order_form(dialect)
        before = base.order_form(dialect) if base is not None else None
        if own == before:
            continue
        found[dialect.value.lower()] = None if own is None else _written(own, before or book)
    return found


def read(said: Any, base: Driver, note: Note) -> tuple[OrderForm, ...]:
    """Return the forms that a declaration makes of its base's; `note` is told what cannot be."""
    if not kinds.is_object(said):
        note("orders", said, Wrong(_("an object is required")), {"astm": {"code": "O.5.5"}})
        return base.orders
    names = [dialect.value.lower() for dialect in _BOOK]
    for name, value in said.items():
        if name not in names:
            note(f"orders.{name}", value, _unknown(names), {"astm": {"code": "O.5.5"}})
    return tuple(_forms(said, base, note))


def _forms(said: Mapping[str, Any], base: Driver, note: Note) -> Iterator[OrderForm]:
    for dialect, book in _BOOK.items():
        name, before = dialect.value.lower(), base.order_form(dialect)
        if name not in said:
            if before is not None:
                yield before
        elif kinds.is_object(said[name]):
            yield _form(said[name], before or book, name, note)
        elif said[name] is not None:
            note(f"orders.{name}", said[name], Wrong(_("an object is required")), {"width": 22})


def _form(said: Mapping[str, Any], before: OrderForm, name: str, note: Note) -> OrderForm:
    found: dict[str, Any] = {}
    for key, value in said.items():
        if key not in KEYS:
            note(f"orders.{name}.{key}", value, _unknown(KEYS), {"width": 22})
            continue
        kind, example = KEYS[key]
        try:
            found[key] = kind.read(value, Dialect.ASTM)
        except Wrong as wrong:
            note(f"orders.{name}.{key}", value, wrong, example)
    return replace(before, **found)


def _written(own: OrderForm, book: OrderForm) -> dict[str, Any]:
    return {
        key: kind.write(getattr(own, key))
        for key, (kind, _example) in KEYS.items()
        if getattr(own, key) != getattr(book, key)
    }


def _unknown(known: Any) -> Wrong:
    why = _("there is no such thing to declare; there are %(known)s")
    return Wrong(why, known=", ".join(known))
