"""A family of instruments as JSON, and the driver it becomes: `read(written(driver)) == driver`.

    {"astm": {"specimen": ["O.4.3"], "code": ["R.3.5"], "padding": " "},
     "link": {"frame_numbers": 10}, "names": ["XN"]}

What is not said stays as the base driver has it; a dialect that is null is not spoken. How a family
is recognised by more than its name, and what is no ASTM at all, is code and stays the base's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from assays.instruments import settings
from assays.instruments.astm.options import STANDARD, LinkOptions
from assays.instruments.declarations import ASTM, HL7, Declaration
from assays.instruments.dialects import Dialect
from assays.instruments.drivers.driver import Driver
from assays.instruments.schema import kinds, orders
from assays.instruments.schema.keys import DECLARED, OF_DECLARATION, OF_ORDER, OF_SPELLING, Key
from assays.instruments.schema.kinds import Wrong
from labsys.lib.wording import Refused, cited
from labsys.lib.wording import gettext_noop as _

LARGEST = 100_000
LINK = (
    *("frameless", "checksum", "frame_numbers", "first_frame", "frame_limit"),
    *("text_limit", "joins_records"),
)
PARTS = ("astm", "hl7", "link", "names", "orders")
_LINK_EXAMPLES: Mapping[str, Any] = {
    "frameless": True,
    "checksum": False,
    "frame_numbers": 10,
    "first_frame": 0,
    "frame_limit": 9000,
    "text_limit": 1000,
    "joins_records": True,
}
_BOOK = {Dialect.ASTM: ASTM, Dialect.HL7: HL7}
SENTENCE = _("“%(field)s” cannot be %(given)s: %(why)s. An example: %(example)s")


@dataclass(frozen=True, slots=True)
class Fault:
    """What cannot be declared so: `field` is its name with the parts above it, such as astm.code."""

    field: str
    given: str
    why: str
    params: Mapping[str, object]
    example: str

    @property
    def sentence(self) -> str:
        said = {"field": self.field, "given": self.given, "example": self.example}
        return SENTENCE % {**said, "why": self.why % self.params}


class FamilyRefused(Refused):
    """A declaration that cannot be; `faults` are all of them, the sentence is that of the first."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        first = faults[0]
        said = {"field": first.field, "given": first.given, "example": first.example}
        super().__init__("family", SENTENCE, why=first.why % first.params, **said)
        self.faults = faults


def read(given: Any, *, base: Driver, name: str, label: str) -> Driver:
    """Return the driver that a declaration makes of its base, or raise FamilyRefused."""
    faults: list[Fault] = []
    if not kinds.is_object(given) or len(json.dumps(given)) > LARGEST:
        large = Wrong(_("an object of at most %(most)d characters is required"), most=LARGEST)
        raise FamilyRefused((_fault("", given, large, {"astm": {}}),))
    for part in given:
        if part not in PARTS:
            faults.append(_unknown(part, given[part], PARTS, {"astm": {"code": ["R.3.4"]}}))
    made = replace(
        base,
        name=name,
        label=label,
        astm=_dialect(given, Dialect.ASTM, base.astm, faults),
        hl7=_dialect(given, Dialect.HL7, base.hl7, faults),
        link=base.link.with_settings(_link(given.get("link", {}), faults)),
    )
    if "orders" in given:
        said = orders.read(given["orders"], base, lambda *one: faults.append(_fault(*one)))
        made = replace(made, orders=said)
    if "names" in given:
        patterns = _names(given["names"], faults)
        made = replace(made, senders=patterns, marks=())
    if made.astm is None and made.hl7 is None:
        why = Wrong(_("it has to speak one of the two dialects"))
        faults.append(_fault("astm", None, why, {"code": ["R.3.4"]}))
    if faults:
        raise FamilyRefused(tuple(faults))
    return made


def written(driver: Driver, base: Driver | None = None) -> dict[str, Any]:
    """Return what a driver declares otherwise than its base, or than the book where none is given."""
    said: dict[str, Any] = {}
    for dialect, own in ((Dialect.ASTM, driver.astm), (Dialect.HL7, driver.hl7)):
        name = dialect.value.lower()
        before = getattr(base, name) if base is not None else None
        if own is None:
            said |= {name: None} if before is not None else {}
            continue
        found = _written(own, before or _BOOK[dialect])
        if found or before is None:
            said[name] = found
    usual = _framing(base.link if base is not None else STANDARD)
    other = {name: one for name, one in _framing(driver.link).items() if one != usual[name]}
    told = orders.written(driver, base)
    return {**said, **({"link": other} if other else {}), **({"orders": told} if told else {})}


def _framing(link: LinkOptions) -> dict[str, Any]:
    return {
        "frameless": link.frameless,
        "checksum": link.has_checksum,
        "frame_numbers": link.numbering,
        "first_frame": link.first,
        "frame_limit": link.limit,
        "text_limit": link.text_limit,
        "joins_records": link.joins_records,
    }


def example(field: str) -> str:
    """Return how something is written, by its name with the parts above it (astm.code)."""
    part, _dot, name = field.partition(".")
    if part == "link":
        return _json(_LINK_EXAMPLES.get(name, _LINK_EXAMPLES))
    key = DECLARED.get(name)
    return _json(key.such(Dialect(part.upper()))) if key is not None else _json({})


def _dialect(
    given: Mapping[str, Any], dialect: Dialect, base: Declaration | None, faults: list[Fault]
) -> Declaration | None:
    name = dialect.value.lower()
    if name not in given:
        return base
    said = given[name]
    if said is None:
        return None
    if not kinds.is_object(said):
        faults.append(_fault(name, said, Wrong(_("an object is required")), {"code": ["R.3.4"]}))
        return base
    declared = _declared(said, base or _BOOK[dialect], dialect, name, faults)
    if not declared.specimen and not declared.specimen_fields:
        why = Wrong(_("where the specimen is named has to be said"))
        faults.append(_fault(f"{name}.specimen", [], why, DECLARED["specimen"].such(dialect)))
    for needed in ("code", "value", "observed_at"):
        if not getattr(declared, needed):
            why = Wrong(_("at least one place is required"))
            faults.append(_fault(f"{name}.{needed}", [], why, DECLARED[needed].such(dialect)))
    return declared


def _declared(
    said: Mapping[str, Any], base: Declaration, dialect: Dialect, above: str, faults: list[Fault]
) -> Declaration:
    known = [*DECLARED, OF_ORDER]
    for name in said:
        if name not in known:
            faults.append(_unknown(f"{above}.{name}", said[name], known, {"code": ["R.3.4"]}))
    found = dict(_values(OF_DECLARATION, said, dialect, above, faults))
    if "specimen" in found:
        # Where the specimen is declared, it is looked for nowhere else.
        found.setdefault("specimen_fields", ())
    spelling = replace(base.spelling, **dict(_values(OF_SPELLING, said, dialect, above, faults)))
    if spelling.has_decimal_comma and spelling.has_thousands_comma:
        why = Wrong(_("a comma cannot be a decimal sign and set off thousands"))
        faults.append(_fault(f"{above}.thousands_comma", True, why, False))
    if OF_ORDER in said:
        found[OF_ORDER] = _in_order(said[OF_ORDER], dialect, f"{above}.{OF_ORDER}", faults)
    return replace(base, spelling=spelling, **found)


def _in_order(said: Any, dialect: Dialect, above: str, faults: list[Fault]) -> Declaration | None:
    if said is None:
        return None
    if not kinds.is_object(said) or OF_ORDER in said:
        why = Wrong(_("an object is required, or null"))
        faults.append(_fault(above, said, why, {"value": ["OBR-20"]}))
        return None
    return _declared(said, _BOOK[dialect], dialect, above, faults)


def _values(
    keys: tuple[Key, ...],
    said: Mapping[str, Any],
    dialect: Dialect,
    above: str,
    faults: list[Fault],
) -> Iterator[tuple[str, Any]]:
    for key in keys:
        if key.name not in said:
            continue
        try:
            yield key.attribute, key.kind.read(said[key.name], dialect)
        except Wrong as wrong:
            faults.append(_fault(f"{above}.{key.name}", said[key.name], wrong, key.such(dialect)))


def _written(own: Declaration, base: Declaration) -> dict[str, Any]:
    said = {
        key.name: key.kind.write(getattr(own, key.attribute))
        for key in OF_DECLARATION
        if getattr(own, key.attribute) != getattr(base, key.attribute)
    }
    if "specimen" in said and own.specimen_fields:
        said["specimen_fields"] = DECLARED["specimen_fields"].kind.write(own.specimen_fields)
    for key in OF_SPELLING:
        found = getattr(own.spelling, key.attribute)
        if found != getattr(base.spelling, key.attribute):
            said[key.name] = key.kind.write(found)
    if own.of_order != base.of_order:
        book = HL7 if own.sender.segment == "MSH" else ASTM
        said[OF_ORDER] = None if own.of_order is None else _written(own.of_order, book)
    return said


def _link(said: Any, faults: list[Fault]) -> settings.Settings:
    if not kinds.is_object(said):
        faults.append(_fault("link", said, Wrong(_("an object is required")), _LINK_EXAMPLES))
        return settings.Settings()
    found: dict[str, Any] = {}
    for name, value in said.items():
        if name not in LINK:
            faults.append(_unknown(f"link.{name}", value, LINK, _LINK_EXAMPLES))
            continue
        try:
            settings.read({name: value})
            found[name] = value
        except Refused as refused:
            why = Wrong("%(why)s", why=str(refused.params.get("why", refused)))
            faults.append(_fault(f"link.{name}", value, why, _LINK_EXAMPLES[name]))
    return settings.read(found)


def _names(said: Any, faults: list[Fault]) -> tuple[str, ...]:
    try:
        found = kinds.read_list(said, kinds.read_filled, Dialect.ASTM)
    except Wrong as wrong:
        faults.append(_fault("names", said, wrong, ["XN", "XP"]))
        return ()
    return tuple(f"^{re.escape(one.strip())}" for one in found)


def _unknown(field: str, given: Any, known: Any, such: Any) -> Fault:
    why = Wrong(_("there is no such thing to declare; there are %(known)s"), known=", ".join(known))
    return _fault(field, given, why, such)


def _fault(field: str, given: Any, wrong: Wrong, such: Any) -> Fault:
    return Fault(field, _json(given)[:80], wrong.message, wrong.params, _json(such))


def _json(value: Any) -> str:
    try:
        return json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        return cited(value)
