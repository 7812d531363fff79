"""A simulated result that reached another machine could be taken for a patient's: it never does."""

from __future__ import annotations

import socket
from ipaddress import ip_address

from django.utils.translation import gettext as _

from labsys.lib.errors import InvalidInput


class NotThisMachine(InvalidInput):
    """The address is, or may be, another machine's."""

    kind = "not-this-machine"


def on_this_machine(host: str, port: int) -> tuple[str, int]:
    """Return the loopback address that a name stands for; what it is connected to is that address.

    Every address the name resolves to has to be one: which of them a connection gets is chance.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as unknown:
        raise NotThisMachine(_("The name “%(host)s” has no address.") % {"host": host}) from unknown
    addresses = [str(entry[4][0]) for entry in found]
    for address in addresses:
        if not ip_address(address.partition("%")[0]).is_loopback:
            named = host if host == address else f"{host} ({address})"
            raise NotThisMachine(
                _(
                    "Simulated and recorded messages go to this machine only; %(named)s is not a "
                    "loopback address."
                )
                % {"named": named}
            )
    return addresses[0], port
