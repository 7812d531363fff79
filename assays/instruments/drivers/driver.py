"""A driver: what one family of instruments writes, in each dialect that it speaks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from assays.instruments import interpreting
from assays.instruments import settings as instrument_settings
from assays.instruments.astm import records
from assays.instruments.astm.options import STANDARD, LinkOptions
from assays.instruments.declarations import Declaration
from assays.instruments.dialects import Dialect
from assays.instruments.hl7 import groups, tree
from assays.instruments.messages import Message, unreadable
from assays.instruments.ordering import OrderForm
from assays.instruments.readings import Doubt, Interpretation
from assays.instruments.unwrapping import unwrap
from assays.instruments.wire import Assembled
from labsys.lib.wording import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver:
    """`label` names the family for people; a dialect without a declaration is not spoken.

    `senders` are patterns of what its messages call their sender, `marks` of what else in their text
    gives the family away; both say only what is suggested for a message nobody has assigned. `link`
    is how it frames ASTM. `orders` is how it wants to be told what to measure, one form for a
    dialect; a family without one is told nothing, and what it asks is refused. `rewrite` returns a
    text that is no ASTM at all as ASTM records, None where it is not what the family writes.
    """

    name: str
    label: str
    senders: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    link: LinkOptions = STANDARD
    rewrite: Callable[[bytes], bytes | None] | None = None
    astm: Declaration | None = None
    hl7: Declaration | None = None
    orders: tuple[OrderForm, ...] = ()

    def order_form(self, dialect: Dialect | str) -> OrderForm | None:
        """Return how it is told what to measure in a dialect, None where it is not."""
        return next((one for one in self.orders if one.dialect == dialect), None)

    def speaks(self, dialect: Dialect | str) -> bool:
        return self._declaration(Dialect(dialect)) is not None

    def interpret(
        self, content: bytes, *, dialect: Dialect, settings: Mapping[str, Any], zone: str
    ) -> Interpretation:
        """Say what a whole message says. Damage is a doubt of the message, never an exception.

        `zone` names the time zone of the instrument; it and the settings were checked when they
        were set.
        """
        # An analyser that was switched from one dialect to the other sends old results in frames.
        if dialect is Dialect.ASTM and content.lstrip()[:3] == b"MSH":
            dialect = Dialect.HL7
        if self.rewrite is not None:
            content = self.rewrite(content) or content
        declaration = self._declaration(dialect)
        if declaration is None:
            detail = f"{self.label} does not send {dialect}"
            if dialect is Dialect.HL7 and content.lstrip()[:3] != b"MSH":
                detail = "it does not begin with an MSH segment"
            return Interpretation(doubt=unreadable(detail))
        try:
            known = instrument_settings.read(settings)
        except Refused as refused:
            return Interpretation(doubt=unreadable(str(refused)))
        declaration = declaration.with_settings(known)
        message = _PARSERS[dialect](content, declaration.charset)
        if isinstance(message, Doubt):
            return Interpretation(doubt=message)
        return interpreting.interpret(message, declaration, known, ZoneInfo(zone))

    def unwrap(self, raw: bytes, settings: Mapping[str, Any]) -> list[Assembled]:
        """Return the messages in bytes that were kept, in whatever wrapping; see `unwrapping`."""
        if self.rewrite is not None and self.rewrite(raw) is not None:
            return [Assembled(1, raw, Dialect.ASTM)]
        return unwrap(raw, self.framing(settings))

    def framing(self, settings: Mapping[str, Any]) -> LinkOptions:
        """Return how one instrument of the family frames; what cannot be set changes nothing."""
        try:
            return self.link.with_settings(instrument_settings.read(settings))
        except Refused:
            return self.link

    def _declaration(self, dialect: Dialect) -> Declaration | None:
        return {Dialect.ASTM: self.astm, Dialect.HL7: self.hl7}.get(dialect)


def _astm(content: bytes, charset: str) -> Message | Doubt:
    return records.parse(content, charset=charset)


def _hl7(content: bytes, charset: str) -> Message | Doubt:
    found = tree.parse(content, charset=charset)
    return found if isinstance(found, Doubt) else groups.entries(found)


_PARSERS: dict[Dialect, Callable[[bytes, str], Message | Doubt]] = {
    Dialect.ASTM: _astm,
    Dialect.HL7: _hl7,
}
