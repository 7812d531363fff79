"""python -m bench.hl7_parsing: one HL7 message of 20 results, by our tree, by python-hl7, and read.

Both parse the same bytes and read code, value, unit and status of every result; the runs take turns,
so that both see the same neighbours, and processor time is counted, so that those count little. The
reading of values by a driver is timed beside them.
"""

from __future__ import annotations

import os
import time
import timeit
from collections.abc import Callable
from statistics import median

import hl7

from assays.instruments import drivers
from assays.instruments.dialects import Dialect
from assays.instruments.hl7 import tree
from assays.instruments.readings import Doubt

RESULTS = 20
ROUNDS = 7
NUMBER = 100
FIELDS = (3, 5, 6, 11)

Read = list[tuple[str, ...]]


def message() -> bytes:
    """Write an OUL^R22 as IHE LAW lays it out, with 20 results of one specimen."""
    head = r"MSH|^~\&|ANALYSER|LAB|LIS||20260105100000+0000||OUL^R22^OUL_R22|C-1|P|2.5.1|||NE|AL"
    lines = [f"{head}||UNICODE UTF-8|||LAB-29^IHE", "SPM|1|ACC-1||SER|||||||P", "SAC|||ACC-1"]
    for number in range(RESULTS):
        value = f"{number}.{number}|mmol/L^^UCUM|3.9-5.6|N|||F|||||OP||M1^Maker~S1^Maker"
        lines.append(f'OBR|{number}|""||T{number}^Test {number}^99LAB')
        lines.append(
            f"OBX|1|NM|T{number}^Test {number}^99LAB|1|{value}|20260105095500||||||||||RSLT"
        )
    return "".join(f"{line}\r" for line in lines).encode()


def by_tree(content: bytes) -> Read:
    found = tree.parse(content)
    assert not isinstance(found, Doubt)
    return [
        tuple(segment.text(number, 1) for number in FIELDS)
        for segment in found.segments
        if segment.name == "OBX"
    ]


def by_python_hl7(content: bytes) -> Read:
    found = hl7.parse(content.decode())
    return [
        tuple(str(_first(segment[number])) for number in FIELDS)
        for segment in found.segments("OBX")
    ]


def _first(field: object) -> object:
    """Return the first component of the first repetition."""
    while isinstance(field, list) and field:
        field = field[0]
    return field


def by_driver(content: bytes) -> int:
    found = drivers.find("hl7-oru-oul").interpret(
        content, dialect=Dialect.HL7, settings={}, zone="Europe/Paris"
    )
    return len(found.readings)


def main() -> None:
    """Print milliseconds per message, the median of several rounds."""
    content = message()
    assert by_tree(content) == by_python_hl7(content)
    assert by_driver(content) == RESULTS
    ways: dict[str, Callable[[bytes], object]] = {
        "our tree": by_tree,
        "python-hl7": by_python_hl7,
        "our tree, groups and driver": by_driver,
    }
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _round in range(ROUNDS):
        for name, way in ways.items():
            timer = timeit.Timer(lambda way=way: way(content), timer=time.process_time)
            taken[name].append(timer.timeit(NUMBER) / NUMBER)
    reference = median(taken["python-hl7"])
    load = os.getloadavg()[0]
    for name, seconds in taken.items():
        each = median(seconds)
        print(
            f"HL7, {RESULTS} results, {name}: {each * 1000:.3f} ms a message, "
            f"{each / reference:.2f} of python-hl7's in the same run [load {load:.1f}]"
        )


if __name__ == "__main__":
    main()
