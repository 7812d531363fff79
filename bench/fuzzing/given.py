"""Inputs that an engine chose byte by byte: what they are fed to, and as what, follows from them."""

from __future__ import annotations

from assays.instruments.astm.options import LinkOptions
from assays.instruments.dialects import Dialect
from bench.fuzzing.making import Maker
from bench.fuzzing.targets import TARGETS

# The first bytes decide every choice, the others are the text or the stream.
HEAD = 4
WHEEL = [name for name, (_target, share) in TARGETS.items() for _ in range(share)]


class Given(Maker):
    """Takes the place of a maker, with one input instead of a source of them."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content[:HEAD])
        self._content = content[HEAD:]

    def text(self) -> bytes:
        return self._content

    def noise(self) -> bytes:
        return self._content

    def stream(self) -> tuple[Dialect, LinkOptions, bytes]:
        """Return it as it is, or framed as it should be and broken by its first bytes."""
        dialect, options, framed = super().stream()
        return dialect, options, self._content if self.random.random() < 0.5 else framed


def feed(content: bytes) -> str:
    """Feed one input; returns the target it was for."""
    given = Given(content)
    name = given.random.choice(WHEEL)
    TARGETS[name][0](given)
    return name


def name(content: bytes) -> str:
    """Return by what `--only` feeds an input again."""
    return f"hex:{content.hex()}"
