"""Why something that was sent is held, and how that is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from labsys.lib.wording import gettext_noop as _

# Unicode's controls of direction: marks, embeddings, overrides, isolates.
_TURNING = {
    one: f"\\u{one:04x}"
    for one in (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
}


class Hold(StrEnum):
    """Why an item is held."""

    UNKNOWN_SPECIMEN = "UNKNOWN_SPECIMEN"
    AMBIGUOUS_SPECIMEN = "AMBIGUOUS_SPECIMEN"
    UNMAPPED_CODE = "UNMAPPED_CODE"
    NOT_IN_USE = "NOT_IN_USE"
    NOT_COLLECTED = "NOT_COLLECTED"
    SPECIMEN_UNUSABLE = "SPECIMEN_UNUSABLE"
    NOT_ORDERED = "NOT_ORDERED"
    ORDER_CANCELLED = "ORDER_CANCELLED"
    ORDER_ON_HOLD = "ORDER_ON_HOLD"
    ALREADY_VERIFIED = "ALREADY_VERIFIED"
    ORDER_COMPLETED = "ORDER_COMPLETED"
    UNIT = "UNIT"
    NOT_A_NUMBER = "NOT_A_NUMBER"
    NOT_A_CODE = "NOT_A_CODE"
    BEFORE_COLLECTION = "BEFORE_COLLECTION"
    TOO_OLD = "TOO_OLD"
    IN_FUTURE = "IN_FUTURE"
    TIME_UNCLEAR = "TIME_UNCLEAR"
    NO_SPECIMEN = "NO_SPECIMEN"
    IDENTITY_CONFLICT = "IDENTITY_CONFLICT"
    QUESTIONABLE = "QUESTIONABLE"
    NOT_FINAL = "NOT_FINAL"
    CORRECTION = "CORRECTION"
    CORRECTION_UNKNOWN = "CORRECTION_UNKNOWN"
    WAITED_TOO_LONG = "WAITED_TOO_LONG"
    UNKNOWN_STATUS = "UNKNOWN_STATUS"
    NO_RESULT = "NO_RESULT"
    OUT_OF_SCOPE = "OUT_OF_SCOPE"
    # Of what a hospital's system tells or orders:
    UNKNOWN_PATIENT = "UNKNOWN_PATIENT"
    AMBIGUOUS_PATIENT = "AMBIGUOUS_PATIENT"
    PATIENT_CONFLICT = "PATIENT_CONFLICT"
    UNKNOWN_SPECIES = "UNKNOWN_SPECIES"
    OTHER_SPECIES = "OTHER_SPECIES"
    UNKNOWN_WARD = "UNKNOWN_WARD"
    UNKNOWN_STAY = "UNKNOWN_STAY"
    STAY_CONFLICT = "STAY_CONFLICT"
    MERGE_WAITS = "MERGE_WAITS"
    MERGE_CONFLICT = "MERGE_CONFLICT"
    UNKNOWN_ORDER_CODE = "UNKNOWN_ORDER_CODE"
    UNKNOWN_ORDER = "UNKNOWN_ORDER"
    ORDER_CONFLICT = "ORDER_CONFLICT"
    ORDER_CONTROL = "ORDER_CONTROL"
    TUBE_CONFLICT = "TUBE_CONFLICT"
    ANSWER_WANTED = "ANSWER_WANTED"
    ACT_REFUSED = "ACT_REFUSED"
    # Of a message as a whole, the first of one value too:
    POSSIBLE_DUPLICATE = "POSSIBLE_DUPLICATE"
    UNDECODABLE = "UNDECODABLE"
    UNREADABLE = "UNREADABLE"
    EMPTY = "EMPTY"
    UNKNOWN_SOURCE = "UNKNOWN_SOURCE"
    AMBIGUOUS_SOURCE = "AMBIGUOUS_SOURCE"
    # On the way only, of a value that a message read anew brings:
    READ_ANEW = "READ_ANEW"


# Holds that end by themselves once something is registered here.
PASSING = frozenset(
    {
        Hold.UNKNOWN_SPECIMEN,
        Hold.UNMAPPED_CODE,
        Hold.NOT_IN_USE,
        Hold.NOT_COLLECTED,
        Hold.NOT_ORDERED,
        Hold.UNIT,
        Hold.CORRECTION_UNKNOWN,
    }
)

# Those of what a hospital's system tells that end by themselves, once what they wait for is there.
PASSING_OF_HOSPITALS = frozenset(
    {
        Hold.UNKNOWN_PATIENT,
        Hold.UNKNOWN_WARD,
        Hold.UNKNOWN_STAY,
        Hold.STAY_CONFLICT,
        Hold.MERGE_WAITS,
        Hold.UNKNOWN_ORDER_CODE,
        Hold.UNKNOWN_ORDER,
    }
)

# Holds of whole values, beside others that stand: a correction that comes may be about one of them.
BESIDE = frozenset(
    {
        Hold.ALREADY_VERIFIED,
        Hold.ORDER_COMPLETED,
        Hold.QUESTIONABLE,
        Hold.NOT_FINAL,
        Hold.UNKNOWN_STATUS,
        Hold.TIME_UNCLEAR,
        Hold.POSSIBLE_DUPLICATE,
    }
)

# Holds of values that are complete, but that somebody has to answer for.
ACCEPTABLE = frozenset({Hold.QUESTIONABLE, Hold.TIME_UNCLEAR, Hold.UNKNOWN_STATUS})

# How a kind of hold is called where many are counted.
WORDS: dict[Hold, str] = {
    Hold.UNKNOWN_SPECIMEN: _("unknown specimen"),
    Hold.AMBIGUOUS_SPECIMEN: _("name of several specimens"),
    Hold.UNMAPPED_CODE: _("unmapped code"),
    Hold.NOT_IN_USE: _("assay not in use"),
    Hold.NOT_COLLECTED: _("specimen not collected"),
    Hold.SPECIMEN_UNUSABLE: _("unusable specimen"),
    Hold.NOT_ORDERED: _("not ordered"),
    Hold.ORDER_CANCELLED: _("order cancelled"),
    Hold.ORDER_ON_HOLD: _("order on hold"),
    Hold.ALREADY_VERIFIED: _("already verified"),
    Hold.ORDER_COMPLETED: _("late: order completed"),
    Hold.UNIT: _("other unit"),
    Hold.NOT_A_NUMBER: _("not a number"),
    Hold.NOT_A_CODE: _("not a known code"),
    Hold.BEFORE_COLLECTION: _("before the collection"),
    Hold.TOO_OLD: _("too old"),
    Hold.IN_FUTURE: _("in the future"),
    Hold.TIME_UNCLEAR: _("unclear time"),
    Hold.NO_SPECIMEN: _("no specimen named"),
    Hold.IDENTITY_CONFLICT: _("another person named"),
    Hold.QUESTIONABLE: _("questioned by the instrument"),
    Hold.NOT_FINAL: _("not final"),
    Hold.CORRECTION: _("correction by the instrument"),
    Hold.CORRECTION_UNKNOWN: _("correction of an unknown value"),
    Hold.WAITED_TOO_LONG: _("unknown specimen, waited too long"),
    Hold.UNKNOWN_STATUS: _("unknown status"),
    Hold.NO_RESULT: _("order without a result"),
    Hold.OUT_OF_SCOPE: _("outside this laboratory"),
    Hold.UNKNOWN_PATIENT: _("unknown patient"),
    Hold.AMBIGUOUS_PATIENT: _("identifiers of several persons"),
    Hold.PATIENT_CONFLICT: _("looks like another person"),
    Hold.UNKNOWN_SPECIES: _("unknown species"),
    Hold.OTHER_SPECIES: _("another species"),
    Hold.UNKNOWN_WARD: _("unknown ward"),
    Hold.UNKNOWN_STAY: _("unknown stay"),
    Hold.STAY_CONFLICT: _("in another ward"),
    Hold.MERGE_WAITS: _("merge of an unknown entry"),
    Hold.MERGE_CONFLICT: _("merge that cannot be"),
    Hold.UNKNOWN_ORDER_CODE: _("unmapped order code"),
    Hold.UNKNOWN_ORDER: _("unknown order"),
    Hold.ORDER_CONFLICT: _("order number used before"),
    Hold.ORDER_CONTROL: _("order control code"),
    Hold.TUBE_CONFLICT: _("tube of another patient"),
    Hold.ANSWER_WANTED: _("question not answered"),
    Hold.ACT_REFUSED: _("refused by a rule"),
    Hold.POSSIBLE_DUPLICATE: _("possible repetition"),
    Hold.UNDECODABLE: _("undecodable bytes"),
    Hold.UNREADABLE: _("unreadable"),
    Hold.EMPTY: _("without any result"),
    Hold.UNKNOWN_SOURCE: _("unknown sender"),
    Hold.AMBIGUOUS_SOURCE: _("one of several senders"),
    Hold.READ_ANEW: _("read anew"),
}

REASONS: dict[Hold, str] = {
    Hold.UNKNOWN_SPECIMEN: _("No specimen is registered under “%(specimen)s”."),
    Hold.AMBIGUOUS_SPECIMEN: _("Several specimens are registered under “%(specimen)s”."),
    Hold.UNMAPPED_CODE: _("The code “%(code)s” of this instrument has no approved mapping."),
    Hold.NOT_IN_USE: _("The assay of the code “%(code)s” has no version in force."),
    Hold.NOT_COLLECTED: _("Specimen %(specimen)s is not recorded as collected."),
    Hold.SPECIMEN_UNUSABLE: _("Specimen %(specimen)s is recorded as %(status)s."),
    Hold.NOT_ORDERED: _("%(assay)s was not ordered on specimen %(specimen)s."),
    Hold.ORDER_CANCELLED: _("The order of %(assay)s on specimen %(specimen)s was cancelled."),
    Hold.ORDER_ON_HOLD: _("The order of %(assay)s on specimen %(specimen)s is on hold."),
    Hold.ALREADY_VERIFIED: _(
        "%(assay)s of specimen %(specimen)s has a verified result; a person decides whether this "
        "value corrects it."
    ),
    Hold.ORDER_COMPLETED: _("The order of %(assay)s on specimen %(specimen)s is completed."),
    Hold.UNIT: _("The unit “%(unit)s” of %(assay)s is not “%(expected)s”, nor converted to it."),
    Hold.NOT_A_NUMBER: _("%(assay)s is reported as a number in “%(expected)s”."),
    Hold.NOT_A_CODE: _("“%(value)s” is no code that %(assay)s is reported as."),
    Hold.BEFORE_COLLECTION: _(
        "The value was observed at %(observed)s, before specimen %(specimen)s was collected."
    ),
    Hold.TOO_OLD: _("The value was observed at %(observed)s, more than %(days)s days before."),
    Hold.IN_FUTURE: _("The value is said to be observed at %(observed)s, which is yet to come."),
    Hold.TIME_UNCLEAR: _("The moment “%(text)s” does not exist, or exists twice, in %(zone)s."),
    Hold.NO_SPECIMEN: _("The message names no specimen where this instrument writes it."),
    Hold.IDENTITY_CONFLICT: _(
        "The message names another person than specimen %(specimen)s is from: %(differs)s."
    ),
    Hold.QUESTIONABLE: _("The instrument questions this value (status %(status)s)."),
    Hold.NOT_FINAL: _("The instrument has not finished this value (status %(status)s)."),
    Hold.CORRECTION: _(
        "The instrument corrects or withdraws an earlier value (status %(status)s); a person decides."
    ),
    Hold.CORRECTION_UNKNOWN: _(
        "The instrument corrects or withdraws %(assay)s of specimen %(specimen)s (status %(status)s), "
        "but no value of its own is on record to which that could apply."
    ),
    Hold.WAITED_TOO_LONG: _(
        "No specimen was registered under “%(specimen)s” within %(days)s days; the value is not "
        "filed by itself any more, a person decides."
    ),
    Hold.NO_RESULT: _(
        "The message names the order and no result of it (status “%(status)s”): the test may have "
        "failed."
    ),
    Hold.UNKNOWN_STATUS: _("The status “%(status)s” is not known for this instrument."),
    Hold.OUT_OF_SCOPE: _("%(what)s is kept here and not filed: it is outside this laboratory."),
    Hold.UNKNOWN_PATIENT: _("Nobody is registered under %(identifiers)s."),
    Hold.AMBIGUOUS_PATIENT: _("The identifiers %(identifiers)s are of several persons here."),
    Hold.PATIENT_CONFLICT: _(
        "%(identifiers)s is registered for somebody else: the message differs in %(differs)s. A person "
        "decides whether the entry is set right."
    ),
    Hold.UNKNOWN_SPECIES: _("The species “%(species)s” means nothing here."),
    Hold.OTHER_SPECIES: _(
        "The message says the species %(species)s, the entry of %(identifiers)s is of another."
    ),
    Hold.UNKNOWN_WARD: _("No place that is open is known here as “%(ward)s”."),
    Hold.UNKNOWN_STAY: _("No stay of %(identifiers)s is known that this could be about."),
    Hold.STAY_CONFLICT: _(
        "%(identifiers)s is recorded in another place since %(since)s; that stay has to end first."
    ),
    Hold.MERGE_WAITS: _(
        "Nobody is registered under %(identifiers)s: the merge waits for the entry."
    ),
    Hold.MERGE_CONFLICT: _("The entries cannot be joined or parted: %(why)s"),
    Hold.UNKNOWN_ORDER_CODE: _(
        "The code “%(code)s” has no approved mapping to a panel or an assay."
    ),
    Hold.UNKNOWN_ORDER: _("No order has the placer number “%(placer)s” on this connection."),
    Hold.ORDER_CONFLICT: _(
        "The placer number “%(placer)s” is that of another order (%(code)s); a number is used once."
    ),
    Hold.ORDER_CONTROL: _("The control code “%(control)s” (ORC-1) is not acted upon here."),
    Hold.TUBE_CONFLICT: _(
        "The tube “%(specimen)s” of the order would be taken for another: a specimen of another "
        "patient is called so, or it looks like an accession number of this laboratory."
    ),
    Hold.ANSWER_WANTED: _("What is ordered has to be answered first: %(questions)s."),
    Hold.ACT_REFUSED: _("It could not be done: %(why)s"),
    Hold.POSSIBLE_DUPLICATE: _(
        "%(before)s, and neither names a time or a number of its own: a repetition, or the same value "
        "again."
    ),
    Hold.UNDECODABLE: _("The bytes are not text in %(charset)s: %(detail)s."),
    Hold.UNREADABLE: _("The message could not be read: %(detail)s."),
    Hold.EMPTY: _(
        "The message should bring results, and nothing of it could be read as one; a person looks at it."
    ),
    Hold.UNKNOWN_SOURCE: _("No instrument is registered for %(peer)s sending as “%(sender)s”."),
    Hold.AMBIGUOUS_SOURCE: _(
        "Several instruments are registered for %(peer)s, and “%(sender)s” names none of them alone."
    ),
    Hold.READ_ANEW: _(
        "The message was read anew, and this is a value now; it is about to be filed."
    ),
}


@dataclass(frozen=True, slots=True)
class Held:
    """Not to be recorded until what the code names has changed; `also` says what else is doubtful."""

    code: Hold
    params: Mapping[str, object]
    also: tuple[Held, ...] = ()

    @property
    def message(self) -> str:
        return REASONS[self.code]

    @property
    def reason(self) -> str:
        said = {name: _in_order(one) for name, one in self.params.items()}
        return " ".join([self.message % said, *(one.reason for one in self.also)])


def _in_order(param: object) -> object:
    """Write out what would turn the rest of a sentence round, so that digits stand as they were sent."""
    return param.translate(_TURNING) if isinstance(param, str) else param
