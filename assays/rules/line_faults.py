"""What goes wrong with a line to an instrument: a noun and its values, worded for whoever reads it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from labsys.lib.wording import gettext_noop as _

_LONGEST = 200


class Trouble(StrEnum):
    """What went wrong; each is said by a sentence with its values."""

    BAD_CHECKSUM = "BAD_CHECKSUM"
    BAD_NUMBER = "BAD_NUMBER"
    CHANGED_FRAME = "CHANGED_FRAME"
    NO_FRAME = "NO_FRAME"
    TOO_LONG = "TOO_LONG"
    CUT_OFF = "CUT_OFF"
    NOT_TAKEN = "NOT_TAKEN"  # what we sent; `said` is why
    UNOPENED = "UNOPENED"
    PORT = "PORT"
    UNANSWERED = "UNANSWERED"
    UNREACHED = "UNREACHED"
    UNVOUCHED = "UNVOUCHED"
    UNTRUSTED = "UNTRUSTED"
    UNTRUSTED_CALLER = "UNTRUSTED_CALLER"
    NOT_ENCRYPTED = "NOT_ENCRYPTED"
    NO_CERTIFICATE = "NO_CERTIFICATE"
    NO_AUTHORITIES = "NO_AUTHORITIES"
    BAD_CERTIFICATE = "BAD_CERTIFICATE"
    BAD_AUTHORITIES = "BAD_AUTHORITIES"
    NO_FOLDERS = "NO_FOLDERS"
    FOLDER_OUTSIDE = "FOLDER_OUTSIDE"
    FOLDER = "FOLDER"
    FOLDER_UNREAD = "FOLDER_UNREAD"
    FOLDER_FAILED = "FOLDER_FAILED"
    FILE_LINK = "FILE_LINK"
    FILE_UNOPENED = "FILE_UNOPENED"
    FILE_OTHER = "FILE_OTHER"
    FILE_LONG = "FILE_LONG"
    FILE_EMPTY = "FILE_EMPTY"
    FILE_FULL = "FILE_FULL"
    FILE_UNSTORED = "FILE_UNSTORED"
    FILE_UNMOVED = "FILE_UNMOVED"


_T = Trouble
SENTENCES: Mapping[str, str] = {
    _T.BAD_CHECKSUM: _("A frame was refused: its checksum does not fit."),
    _T.BAD_NUMBER: _("A frame was refused: its number is out of turn."),
    _T.CHANGED_FRAME: _("A frame was refused: it has the number of the last one and another text."),
    _T.NO_FRAME: _("Something came that is no frame of this protocol."),
    _T.TOO_LONG: _("Something came that is longer than is taken."),
    _T.CUT_OFF: _("A message was cut off."),
    _T.NOT_TAKEN: _("Something that was sent was not taken: %(said)s"),
    _T.UNOPENED: _("It could not be opened (%(error)s)."),
    _T.PORT: _("Port %(port)s of %(host)s cannot be listened on: %(error)s."),
    _T.UNANSWERED: _("Nobody answered at %(place)s within %(seconds)s seconds."),
    _T.UNREACHED: _("%(place)s cannot be reached (%(error)s)."),
    _T.UNVOUCHED: _("%(place)s shows a certificate that nobody vouches for: %(error)s."),
    _T.UNTRUSTED: _("The certificate of %(place)s is none of those trusted: %(shown)s."),
    _T.UNTRUSTED_CALLER: _("A caller's certificate is none of those trusted: %(shown)s."),
    _T.NOT_ENCRYPTED: _("A caller did not encrypt the line (%(error)s)."),
    _T.NO_CERTIFICATE: _("LABSYS_TLS_CERTIFICATE names no certificate for this machine."),
    _T.NO_AUTHORITIES: _("LABSYS_TLS_AUTHORITIES names no file of trusted certificates."),
    _T.BAD_CERTIFICATE: _("The certificate %(file)s cannot be used (%(error)s)."),
    _T.BAD_AUTHORITIES: _("The trusted certificates %(file)s cannot be read (%(error)s)."),
    _T.NO_FOLDERS: _("LABSYS_FOLDERS names no folder of instruments."),
    _T.FOLDER_OUTSIDE: _("The folder %(folder)s leads out of the folder of all."),
    _T.FOLDER: _("The folder %(folder)s cannot be used (%(error)s)."),
    _T.FOLDER_UNREAD: _("The folder %(folder)s cannot be read (%(error)s)."),
    _T.FOLDER_FAILED: _("The folder could not be looked into (%(error)s)."),
    _T.FILE_LINK: _("A file was refused: it is a link to another place."),
    _T.FILE_UNOPENED: _("A file was refused: it cannot be opened (%(error)s)."),
    _T.FILE_OTHER: _("A file was refused: it is no file with a content."),
    _T.FILE_LONG: _("A file was refused: it has %(size)s bytes; at most %(most)s are taken."),
    _T.FILE_EMPTY: _(
        "A file was refused: it holds no message that begins with MSH of HL7 or H of ASTM."
    ),
    _T.FILE_FULL: _("A file was refused: it holds %(count)s messages; at most %(most)s are taken."),
    _T.FILE_UNSTORED: _("The file %(file)s could not be stored; the log of the listener says why."),
    _T.FILE_UNMOVED: _("A file cannot be moved to %(folder)s (%(error)s)."),
}


@dataclass(frozen=True, slots=True)
class LineFault:
    """One thing that went wrong; a code that is none of `Trouble` is a sentence of its own."""

    code: str
    values: Mapping[str, str] = field(default_factory=dict)

    def words(self, translated: Callable[[str], str]) -> str:
        """Return the sentence, each part of it that is ours in another language."""
        sentence = SENTENCES.get(self.code)
        if sentence is None:
            return self.code
        values = dict(self.values)
        if "said" in values:
            values["said"] = translated(values["said"])
        return translated(sentence) % values

    def __str__(self) -> str:
        return self.words(str)


def fault(trouble: Trouble, **values: object) -> LineFault:
    """Return what went wrong; values are cut to what a page shows."""
    return LineFault(
        trouble.value,
        {name: str(value).replace("\0", "?")[:_LONGEST] for name, value in values.items()},
    )
