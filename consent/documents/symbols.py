"""Symbols that a scanner reads, for pages."""

from __future__ import annotations

import zxingcpp

from labsys.lib.charts.svg import Markup, drawing, element

QUIET = 4  # modules of white around it, as the symbol's standard asks


def qr(text: str, *, name: str, title: str, description: str) -> Markup:
    """Return a text as a QR symbol, black on white whatever the page's colours are."""
    symbol = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    image = memoryview(symbol.to_image(scale=1, add_quiet_zones=False))
    height, width = image.shape  # type: ignore[misc]
    dark = "".join(
        f"M{x + QUIET} {y + QUIET}h1v1h-1z"
        for y in range(height)
        for x in range(width)
        if image[y, x] == 0
    )
    side = float(width + 2 * QUIET)
    return drawing(
        element("rect", width=side, height=side, fill="#ffffff"),
        element("path", d=dark, fill="#000000", shape_rendering="crispEdges"),
        name=name,
        title=title,
        description=description,
        width=side,
        height=side,
        style="",
    )
