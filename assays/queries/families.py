"""Drivers by name: those that ship, and the families that are declared here and in force.

Declared families are built anew when the newest event of the catalogue is another one, as the
catalogue itself is; a driver that ships is found without a query.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection

from assays.instruments import drivers, schema
from assays.instruments.dialects import Dialect
from assays.instruments.drivers import Driver, UnknownDriver, recognising
from assays.models import DriverFamily
from assays.rules.states import VersionStatus
from labsys.lib.wording import Refused
from labsys.lib.wording import gettext_noop as _

# How a version that is not in force is named where a message is tried with it.
DRAFT = "version:"


@dataclass(frozen=True)
class _Declared:
    stamp: tuple[str, int]
    drivers: Mapping[str, Driver]


_lock = threading.Lock()
_held: _Declared | None = None


def find(name: str) -> Driver:
    """Return the driver of a name, or raise UnknownDriver with the names there are."""
    try:
        return drivers.find(name)
    except UnknownDriver:
        found = _declared().get(name)
    if found is None:
        raise UnknownDriver(
            "unknown_driver",
            _("There is no driver “%(name)s”; there are %(known)s."),
            name=name[:60],
            known=", ".join(names()),
        )
    return found


def to_take_apart(name: str) -> Driver:
    """Return the driver by which files and bodies are taken apart: by the book where there is none.

    What nobody can read yet is stored all the same, and held until there is a driver.
    """
    try:
        return find(name)
    except UnknownDriver:
        return drivers.find(drivers.by_the_book(Dialect.ASTM))


def all_drivers() -> list[Driver]:
    """Return the drivers that ship, then the declared ones by their names."""
    return [*drivers.ALL, *(one for _name, one in sorted(_declared().items()))]


def choices() -> list[tuple[str, str]]:
    """Return the drivers by name and by what people call them."""
    return [(one.name, one.label) for one in all_drivers()]


def names(dialect: Dialect | None = None) -> list[str]:
    """Return the names of all drivers, or of those that speak a dialect."""
    return [one.name for one in all_drivers() if dialect is None or one.speaks(dialect)]


def suggest(raw: bytes) -> str | None:
    """Return the driver of the family that wrote these bytes, None where that cannot be said."""
    return recognising.suggest(raw, all_drivers())


def driver_of(family: DriverFamily) -> Driver:
    """Return the driver that a version is, in force or not; schema.FamilyRefused if it cannot be."""
    base = drivers.find(family.base)
    return schema.read(family.declaration, base=base, name=family.name, label=family.label)


def named(name: str) -> Driver:
    """Return a driver, also of a version that is not in force, which is named `version:12`."""
    number = name.removeprefix(DRAFT)
    if number != name and number.isascii() and number.isdigit() and len(number) <= 18:
        row = DriverFamily.objects.filter(pk=int(number)).first()
        if row is not None:
            return driver_of(row)
    return find(name)


def _declared() -> Mapping[str, Driver]:
    global _held
    stamp = _stamp()
    held = _held
    if held is not None and held.stamp == stamp:
        return held.drivers
    with _lock:
        if _held is None or _held.stamp != stamp:
            _held = _Declared(stamp, _load())
        return _held.drivers


def _load() -> dict[str, Driver]:
    found = {}
    for row in DriverFamily.objects.filter(status=VersionStatus.ACTIVE).order_by("name"):
        try:
            found[row.name] = driver_of(row)
        except Refused:
            # Declared under a schema of before: what its instruments send is held until it is
            # declared anew.
            continue
    return found


def _stamp() -> tuple[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_database(), coalesce(max(id), 0) FROM assays_catalogueevent"
            " WHERE driver_family_id IS NOT NULL"
        )
        name, newest = cursor.fetchone()
    return str(name), int(newest)
