"""Waivers: texts fixed by their hash, signatures before a witness, and the right to withdraw."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent.actions import rounds, transitions
from consent.actions.capacities import check_may_sign
from consent.actions.programmes import approve, discard, hold, hold_still
from consent.models import (
    Programme,
    WaiverSignature,
    WaiverSignatureAnnulment,
    WaiverText,
    WaiverWithdrawal,
)
from consent.queries.facts import births_of, held
from consent.queries.guardians import guardianship
from consent.queries.programmes import programme_of
from consent.queries.texts import in_force
from consent.queries.waiver_proofs import digest, seal_context
from consent.rules.drawings import Drawing, Flaw, NotADrawing, read
from consent.rules.facts import Facts
from consent.rules.signing import Objection, objection
from consent.rules.views import View
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import policy
from labsys.lib.clock import check_world_moment
from labsys.lib.errors import Conflict, InvalidInput, Refusal
from labsys.lib.reasons import check_reason
from labsys.lib.sealing import seal
from patients.models import Person, PersonAccount

Signer, Proof = WaiverSignature.Signer, WaiverSignature.Proof
NO_SIGNATURE = {
    Flaw.UNREADABLE: gettext_lazy("What was drawn cannot be read; draw the signature again."),
    Flaw.TOO_MUCH: gettext_lazy(
        "What was drawn is too long to be kept; clear it and draw it again."
    ),
    Flaw.BLANK: gettext_lazy("Nothing is drawn; who signs draws their signature."),
    Flaw.TOO_SMALL: gettext_lazy(
        "What is drawn is too small to be a signature; clear it and draw it larger."
    ),
}
WHO_SIGNS = {
    Objection.NOT_OF_AGE: "The registry does not show that this person was %(years)s years old when "
    "they signed: a guardian signs for a minor, where the programme admits minors; otherwise set "
    "the birth date right first.",
    Objection.NO_MINORS: "%(programme)s admits no minors; nobody signs for somebody else.",
    Objection.OF_AGE: "This person is of age (%(years)s) and signs for themselves.",
}


class OwnWitness(Refusal):
    """Somebody tried to witness their own signature."""

    status = 403
    kind = "own-witness"


def text_hash(body: Mapping[str, str]) -> str:
    """Return the sha256 of a waiver text in all its languages, in one fixed form."""
    fixed = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(fixed.encode()).hexdigest()


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def draft_text(
    *,
    programme: Programme,
    title: str,
    body: Mapping[str, str],
    effective_from: datetime,
    predecessor_until: datetime | None = None,
    by: Principal,
    at: datetime,
) -> WaiverText:
    """Draft a new version of the waiver; signatures refer to its exact hash."""
    policy.check(by, "consent.programme.manage")
    if not title.strip():
        raise InvalidInput(_("A waiver has a title."), field="title")
    if not isinstance(body, Mapping) or not body or not all(map(_is_text, body.values())):
        raise InvalidInput(_("A waiver has a text in at least one language."), field="body")
    if effective_from < at:
        raise InvalidInput(
            _("A text never acts backwards: choose a beginning that is not past."),
            field="effective_from",
        )
    if predecessor_until is not None and predecessor_until < effective_from:
        raise InvalidInput(
            _("Signatures under the earlier text cannot end before this text begins."),
            field="predecessor_until",
        )
    with acting(by=by, at=at, action="consent.waiver.draft_text"):
        hold(programme)
        newest = programme.waiver_texts.aggregate(number=Max("number"))["number"] or 0
        return WaiverText.objects.create(
            programme=programme,
            number=newest + 1,
            title=title,
            body=dict(body),
            sha256=text_hash(body),
            effective_from=effective_from,
            predecessor_until=predecessor_until,
            drafted_by=by,
            recorded_at=at,
        )


def approve_text(*, text: WaiverText, by: Principal, at: datetime) -> WaiverText:
    """Put a drafted text in force from its date; never by whoever drafted it."""
    policy.check(by, "consent.programme.approve")
    with acting(by=by, at=at, action="consent.waiver.approve_text"):
        at = hold_still(text.programme, at=at)
        approved: WaiverText = approve(
            version=text, by=by, at=at, action="consent.waiver.approve_text"
        )
        transitions.touch_programme(programme=approved.programme, by=by, at=at)
    return approved


def discard_text(*, text: WaiverText, by: Principal, at: datetime) -> WaiverText:
    """Discard a draft that is not to come into force."""
    policy.check(by, "consent.programme.manage")
    discarded: WaiverText = discard(
        version=text, by=by, at=at, action="consent.waiver.discard_text"
    )
    return discarded


def sign(
    *,
    person: Person,
    text: WaiverText,
    text_sha256: str,
    language: str,
    identity_checked: str,
    signed_at: datetime,
    by: Principal,
    at: datetime,
    drawing: object = None,
    account: Principal | None = None,
    guardian_name: str = "",
    guardian_relation: str = "",
    informed_at: datetime | None = None,
) -> WaiverSignature:
    """Record that this exact text was signed; `by` witnessed it and checked who signed.

    The person signs, or for a minor, where the programme admits minors, a guardian, named or known by
    a login on record. They prove it by the strokes of a `drawing`, or by their own login (`account`).
    Too short a time since `informed_at` is rated at the psychological check; it refuses nothing.
    """
    policy.check(by, "consent.waiver.sign", person)
    check_world_moment(signed_at, at=at, field="signed_at")
    if informed_at is not None and informed_at > signed_at:
        raise InvalidInput(_("The person was informed before they signed."), field="informed_at")
    if not identity_checked.strip():
        raise InvalidInput(
            _("Say how the signer's identity was checked."), field="identity_checked"
        )
    _check_shown(text, text_sha256, language, signed_at)
    guardian_name, guardian_relation = guardian_name.strip(), guardian_relation.strip()
    _check_guardian(guardian_name, guardian_relation)
    drawn = _drawn(drawing, account)
    made = WaiverSignature(
        person=person,
        text=text,
        text_sha256=text.sha256,
        language=language,
        identity_checked=identity_checked,
        signer=Signer.GUARDIAN if guardian_name else Signer.SELF,
        guardian_name=guardian_name,
        guardian_relation=guardian_relation,
        witness=by,
        proof=Proof.PASSWORD if drawn is None else Proof.DRAWN,
        account=account,
        informed_at=informed_at,
        signed_at=signed_at,
        recorded_by=by,
        recorded_at=at,
    )
    with acting(by=by, at=at, action="consent.waiver.sign"):
        entries, at = held([person.pk], at=at)
        made.recorded_at = at
        _check_people(made, entries, at=at)
        _keep(made, drawn)
        transitions.after(person_ids=[person.pk], by=by, at=at)
        rounds.follow(entries=entries, by=by, at=at)
        return made


def _check_guardian(name: str, relation: str) -> None:
    if bool(name) != bool(relation):
        field = "guardian_relation" if name else "guardian_name"
        raise InvalidInput(_("A guardian is named, and what they are to the person."), field=field)


def _check_shown(text: WaiverText, text_sha256: str, language: str, signed_at: datetime) -> None:
    check_in_force(text, signed_at)
    if not text_sha256 == text.sha256 == text_hash(text.body):
        raise Conflict(_("The text shown is not the text on file; show it again before signing."))
    if language not in text.body:
        raise InvalidInput(
            _("The waiver has no text in %(language)s.") % {"language": language}, field="language"
        )


def _drawn(strokes: object, account: Principal | None) -> Drawing | None:
    """Return what was drawn, None where the signer's login proves it; it is one of the two."""
    if (strokes is None) == (account is None):
        raise InvalidInput(
            _(
                "Who signs draws their signature, or gives their own user name and password: "
                "one of the two."
            ),
            field="drawing",
        )
    if strokes is None:
        return None
    try:
        return read(strokes)
    except NotADrawing as wrong:
        raise InvalidInput(str(NO_SIGNATURE[wrong.flaw]), field="drawing") from wrong


def _keep(made: WaiverSignature, drawn: Drawing | None) -> None:
    """Write a signature down, with the digest of all that it says; a drawing is sealed under it."""
    made.drawing_sha256 = drawn.sha256 if drawn else ""
    made.sha256 = digest(made)
    if drawn is not None:
        keys = settings.LABSYS_FIELD_KEYS
        made.drawing = seal(drawn.content(), context=seal_context(made), keys=keys)
    made.save(force_insert=True)


def _name_guardian(made: WaiverSignature, entries: frozenset[int]) -> None:
    """Take from the record who a guardian is that proves it by their login; no name is compared."""
    if made.account is None:
        return
    found = guardianship(made.account, entries)
    if found is not None:
        made.signer = Signer.GUARDIAN
        made.guardian_name = made.account.display_name
        made.guardian_relation = found.relationship
    elif made.signer == Signer.GUARDIAN:
        raise InvalidInput(
            _(
                "This login is not recorded as that of a guardian of this person; they can draw "
                "instead."
            ),
            field="account",
        )


def _check_people(made: WaiverSignature, entries: frozenset[int], *, at: datetime) -> None:
    """Refuse a signature for who signs, who witnesses it, or whose login proves it."""
    _name_guardian(made, entries)
    is_guardian, signed_at = made.signer == Signer.GUARDIAN, made.signed_at
    _check_signer(made.text.programme, entries, is_guardian=is_guardian, signed_at=signed_at, at=at)
    own = set(
        PersonAccount.objects.filter(person__in=entries).values_list("principal_id", flat=True)
    )
    if made.witness_id in own | {made.account_id}:
        raise OwnWitness("Nobody witnesses their own signature.")
    if made.account is not None:
        _check_account(made.account, is_theirs=is_guardian != (made.account_id in own))
    if not is_guardian:
        check_may_sign(entries, signed_at=signed_at, at=at)


def _check_account(account: Principal, *, is_theirs: bool) -> None:
    """Refuse a login that is not the signer's own, or whose password somebody else knows."""
    user = getattr(account, "user", None)
    if not is_theirs:
        said = _("This login is not that of the person who signs; they can draw instead.")
        raise InvalidInput(said, field="account")
    if user is None or user.must_change_password:
        said = _(
            "The password of this login was given by somebody else: log in and choose another "
            "first, or draw."
        )
        raise InvalidInput(said, field="account")


def _check_signer(
    programme: Programme,
    entries: frozenset[int],
    *,
    is_guardian: bool,
    signed_at: datetime,
    at: datetime,
) -> None:
    """Refuse a signature that would be worth nothing, because of who signs."""
    rules = programme_of(programme)
    version = rules.version_at(at, known_at=at)
    if version is None:
        return  # no rules yet, and nobody is cleared by them
    facts = Facts(births=births_of(sorted(entries)))
    view = View(facts=facts, programme=rules, version=version, at=at, known_at=at)
    found = objection(view, by_guardian=is_guardian, signed_at=signed_at)
    if found is not None:
        field = "guardian_name" if is_guardian or version.admits_minors else ""
        raise InvalidInput(
            WHO_SIGNS[found] % {"years": version.majority_years, "programme": programme.name},
            field=field,
        )


def check_in_force(text: WaiverText, moment: datetime) -> None:
    """Refuse a text that was not approved, or already replaced by a newer one, at a moment."""
    began = max(text.effective_from, text.approved_at) if text.approved_at else None
    if began is None or began > moment:
        raise InvalidInput(_("This text was not in force at that moment."), field="text")
    if newer := in_force(text.programme, moment):
        if newer.pk != text.pk:
            raise InvalidInput(
                _("This text was replaced; %(newer)s has to be signed.") % {"newer": newer},
                field="text",
            )


def annul_signature(
    *, signature: WaiverSignature, by: Principal, at: datetime, reason: str
) -> WaiverSignatureAnnulment:
    """Set right a signature that was recorded in error; earlier answers stay as they were."""
    policy.check(by, "consent.waiver.sign", signature.person)
    check_reason(reason)
    with acting(by=by, at=at, action="consent.waiver.annul_signature", reason=reason):
        entries, at = held([signature.person_id], at=at)
        if PersonAccount.objects.filter(principal=by, person__in=entries).exists():
            raise OwnWitness("Nobody annuls their own signature.")
        if WaiverSignatureAnnulment.objects.filter(signature=signature).exists():
            raise Conflict(_("This signature was annulled meanwhile."))
        made: WaiverSignatureAnnulment = WaiverSignatureAnnulment.objects.create(
            signature=signature, reason=reason, recorded_by=by, recorded_at=at
        )
        transitions.after(person_ids=[signature.person_id], by=by, at=at)
        rounds.follow(entries=entries, by=by, at=at)
        return made


def withdraw(
    *,
    person: Person,
    programme: Programme | None,
    door: str,
    by: Principal,
    at: datetime,
) -> WaiverWithdrawal:
    """Withdraw from a programme (None: from all), effective at once.

    The participant's right: it asks for no reason and looks at no state, so nothing can block it;
    withdrawing twice is recorded twice. It is known from the moment at which it holds the lock:
    who was let go before that was let go without knowing.
    """
    policy.check(by, "consent.waiver.withdraw", person)
    with acting(by=by, at=at, action="consent.waiver.withdraw"):
        entries, known_at = held([person.pk], at=at, however_long=True)
        made: WaiverWithdrawal = WaiverWithdrawal.objects.create(
            person=person,
            programme=programme,
            door=door,
            effective_at=at,
            recorded_by=by,
            recorded_at=known_at,
        )
        transitions.after(person_ids=[person.pk], by=by, at=made.recorded_at)
        # Nobody who withdrew is called to a check, nor reminded of one.
        rounds.after(entries=entries, by=by, at=made.recorded_at)
        return made
