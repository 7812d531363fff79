"""Two stations on one line, on any line: every text is delivered once, or said not to be."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from assays.instruments.astm.options import LinkOptions
from tests.assays.instruments.astm_texts import message
from tests.assays.instruments.two_stations import Both, host, instrument


@st.composite
def offers(draw: st.DrawFn, first: int) -> list[tuple[float, bytes]]:
    count = draw(st.integers(0, 4))
    times = st.sampled_from([0.0, 0.0, 0.1, 0.5, 1.0, 7.0, 20.0, 60.0])
    return [(draw(times), message(first + n, draw(st.integers(0, 4)))) for n in range(count)]


OPTIONS = st.sampled_from(
    [
        LinkOptions(),
        LinkOptions(joins_records=True, text_limit=30),
        LinkOptions(numbering=10, first=0, text_limit=20),
        LinkOptions(frameless=True),
    ]
)
# Together there and back they stay below the 15 s in which an answer must come.
DELAYS = st.sampled_from([0.0, 0.0, 0.0, 0.01, 0.3, 2.0])


@settings(max_examples=300, deadline=None)
@given(offers(0), offers(100), OPTIONS, st.data())
def test_every_text_is_delivered_once_or_said_not_to_be(
    ours: list[tuple[float, bytes]],
    theirs: list[tuple[float, bytes]],
    options: LinkOptions,
    data: st.DataObject,
) -> None:
    one, other = host(ours, options), instrument(theirs, options)

    def cross(written: bytes) -> list[tuple[float, bytes]]:
        place = data.draw(st.integers(0, len(written)))
        pieces = [written[:place], written[place:]]
        return [(data.draw(DELAYS), piece) for piece in pieces if piece]

    both = Both(one, other, cross=cross, is_stored=lambda: data.draw(st.integers(0, 9)) > 0)
    both.run()

    for end, peer, texts in ((one, other, ours), (other, one, theirs)):
        sent = [text for _, text in sorted(texts)]
        assert len(end.outcomes) == len(sent)
        for text, outcome in zip(sent, end.outcomes, strict=True):
            times = peer.received.count(text)
            assert times == 1 if outcome.is_delivered else times <= 1
        assert set(peer.received) <= set(sent)


@settings(max_examples=300, deadline=None)
@given(offers(0), offers(100), OPTIONS, st.data())
def test_on_a_bad_line_nothing_is_said_to_be_delivered_that_is_not(
    ours: list[tuple[float, bytes]],
    theirs: list[tuple[float, bytes]],
    options: LinkOptions,
    data: st.DataObject,
) -> None:
    """Pieces are lost, and bits of frames turned where there are checksums to tell."""
    one, other = host(ours, options), instrument(theirs, options)
    has_checksum = options.has_checksum and not options.frameless

    def cross(written: bytes) -> list[tuple[float, bytes]]:
        trouble = data.draw(st.sampled_from(["none"] * 8 + ["lost", "turned"]))
        if trouble == "lost":
            return [(0.0, b"")]
        if trouble == "turned" and has_checksum and len(written) > 8:
            at = data.draw(st.integers(2, len(written) - 6))
            written = written[:at] + bytes([written[at] ^ 0x20]) + written[at + 1 :]
        return [(data.draw(DELAYS), written)]

    Both(one, other, cross=cross).run()

    for end, peer, texts in ((one, other, ours), (other, one, theirs)):
        sent = [text for _, text in sorted(texts)]
        for text, outcome in zip(sent, end.outcomes, strict=True):
            times = peer.received.count(text)
            assert times == 1 if outcome.is_delivered else times <= 1
        assert set(peer.received) <= set(sent)
