"""Where the instruments' listeners of one installation listen."""

import os

from labsys.launch import ports

# What is spoken there, the variable that names the port, and the port where none is named.
_WIRES = (("ASTM", "LABSYS_ASTM_PORT", 15200), ("HL7 over MLLP", "LABSYS_MLLP_PORT", 12575))


class Listeners:
    """Two addresses; a named port must be free, one that nobody named gives way."""

    def __init__(self) -> None:
        self.bind = os.environ.get("LABSYS_INSTRUMENTS_BIND", "127.0.0.1")
        self.ports = {name: ports.numbered(name, usual) for _what, name, usual in _WIRES}

    def choose(self) -> None:
        """See that both ports can be listened on, or say in a sentence why not."""
        for name, port in self.ports.items():
            if name in os.environ:
                ports.check_free(self.bind, port, variable=name)
            else:
                self.ports[name] = ports.first_free(self.bind, port)
                ports.check_free(self.bind, self.ports[name], variable=name)

    def values(self) -> dict[str, str]:
        """What the service has to know."""
        named = {name: str(port) for name, port in self.ports.items()}
        return {"LABSYS_INSTRUMENTS_BIND": self.bind, **named}

    def addresses(self) -> str:
        """Both addresses, for people."""
        each = (f"{what} {self.bind}:{self.ports[name]}" for what, name, _usual in _WIRES)
        return ", ".join(each)
