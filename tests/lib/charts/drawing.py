"""Reading a drawing back: its texts with the room they take, its lines, its marks."""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree import ElementTree

from labsys.lib.charts.svg import width_of

NAMESPACE = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True)
class Text:
    text: str
    left: float
    right: float
    baseline: float
    class_: str

    def covers(self, other: Text) -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and abs(self.baseline - other.baseline) < 10
        )


@dataclass(frozen=True)
class Drawing:
    root: ElementTree.Element

    @property
    def size(self) -> tuple[float, float]:
        _x, _y, width, height = self.root.attrib["viewBox"].split()
        return float(width), float(height)

    @property
    def texts(self) -> list[Text]:
        return [_text(found) for found in self.root.iter(f"{NAMESPACE}text")]

    def of_class(self, class_: str) -> list[ElementTree.Element]:
        return [
            found for found in self.root.iter() if class_ in found.attrib.get("class", "").split()
        ]

    def hovers(self) -> list[str]:
        return [
            found.text or ""
            for group in self.root.iter(f"{NAMESPACE}g")
            for found in group.findall(f"{NAMESPACE}title")
        ]

    def covered_texts(self) -> list[tuple[str, str]]:
        texts = self.texts
        return [
            (one.text, other.text)
            for index, one in enumerate(texts)
            for other in texts[index + 1 :]
            if one.covers(other)
        ]

    def texts_outside(self) -> list[str]:
        width, height = self.size
        return [
            text.text
            for text in self.texts
            if text.left < -0.5 or text.right > width + 0.5 or not 0 < text.baseline <= height
        ]


def read(markup: str) -> Drawing:
    return Drawing(ElementTree.fromstring(markup))


def _text(found: ElementTree.Element) -> Text:
    plain = found.text or ""
    x, width = float(found.attrib["x"]), width_of(plain)
    left = {"start": x, "middle": x - width / 2, "end": x - width}[
        found.attrib.get("text-anchor", "start")
    ]
    return Text(plain, left, left + width, float(found.attrib["y"]), found.attrib.get("class", ""))
