"""Messages as a hospital's system writes them: invented people, by the book unless a test says not."""

from __future__ import annotations

from itertools import count

_numbers = count(1)
AUTHORITY = "STATION"


def msh(kind: str, *, control: str | None = None, sent: str = "20260301120000", **more: str) -> str:
    """A header; `f16="AL"` sets MSH-16."""
    fields = {
        3: "PATIENTS",
        4: "STATION",
        7: sent,
        9: kind,
        10: f"H{next(_numbers)}" if control is None else control,
        11: "P",
        12: "2.5.1",
        18: "UNICODE UTF-8",
        **{int(name[1:]): value for name, value in more.items()},
    }
    return "|".join(["MSH", "^~\\&", *(fields.get(number, "") for number in range(3, 22))])


def pid(
    number: str = "1001",
    *,
    name: str = "Vega^Lyra",
    born: str = "19900517",
    sex: str = "F",
    authority: str = AUTHORITY,
    kind: str = "MR",
    **more: str,
) -> str:
    """A PID; `f3=...` replaces field 3 whole, `f35` says a species."""
    fields = {
        1: "1",
        3: f"{number}^^^{authority}^{kind}",
        5: name,
        7: born,
        8: sex,
        **{int(field[1:]): value for field, value in more.items()},
    }
    return "|".join(["PID", *(fields.get(place, "") for place in range(1, 36))]).rstrip("|")


def pv1(ward: str = "place-1", *, visit: str = "V1", kind: str = "I", **more: str) -> str:
    fields = {2: kind, 3: f"{ward}^12^A", 19: visit, **{int(f[1:]): v for f, v in more.items()}}
    return "|".join(["PV1", *(fields.get(place, "") for place in range(1, 46))]).rstrip("|")


def evn(event: str, *, told: str = "", happened: str = "") -> str:
    return f"EVN|{event}|{told}||||{happened}".rstrip("|")


def adt(
    event: str, *segments: str, control: str | None = None, sent: str = "20260301120000"
) -> bytes:
    """An ADT message of this event; its EVN says when it was sent unless one is given."""
    head = [msh(f"ADT^{event}^ADT_{event}", control=control, sent=sent)]
    if not any(one.startswith("EVN") for one in segments):
        head.append(evn(event, told=sent))
    return written(*head, *segments)


def orc(
    control: str = "NW",
    placer: str = "P1",
    *,
    filler: str = "",
    group: str = "",
    requester: str = "D7^Stone^Ida^^^Dr",
    at: str = "20260301115500",
) -> str:
    return f"ORC|{control}|{placer}|{filler}|{group}|||||{at}|||{requester}"


def obr(code: str = "CBC^Blood count^L", placer: str = "", *, priority: str = "") -> str:
    return f"OBR|1|{placer}||{code}|{priority}"


def oml(
    *segments: str, control: str | None = None, kind: str = "OML^O21^OML_O21", **more: str
) -> bytes:
    return written(msh(kind, control=control, **more), *segments)


def written(*segments: str) -> bytes:
    return "".join(f"{one}\r" for one in segments).encode()
