"""`/api/v1/waiver-texts` and `/api/v1/waiver-signatures`: what is signed, and who signed it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Prefetch
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from consent.actions import waivers
from consent.api import references
from consent.api.programmes import APPROVE, MANAGE
from consent.api.programmes import VIEW as VIEW_TEXTS
from consent.models import WaiverSignature, WaiverText
from consent.queries.waiver_proofs import VIEW, drawing_of
from consent.rules import drawings
from labsys.lib.clock import database_now
from labsys.lib.errors import InvalidInput
from patients import queries as registry
from patients.actions.gateway import check_text
from patients.api import bodies, repeats
from patients.api.paging import documented, given, page, shown, whole
from patients.models import Person

SIGN = "consent.waiver.sign"
LONGEST = 100_000


class WaiverTextsView(APIView):
    """The versions of a programme's waiver, fixed by their hash; a new one is a draft."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW_TEXTS, "POST": MANAGE}

    @documented("List waiver texts", "programme")
    def get(self, request: Request) -> Response:
        """List the texts of a programme."""
        asked = given(request, "programme")
        rows = WaiverText.objects.filter(programme=references.programme(asked["programme"]))
        rows = rows.select_related("programme", "drafted_by", "approved_by")
        return page(request, rows, shape_of_text)

    @extend_schema(
        parameters=[repeats.KEY],
        summary="Draft a waiver text",
        description="`body` holds the text in each language by its code. `predecessor_until` says "
        "how long signatures under the text before this one are still accepted.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
        examples=[
            OpenApiExample(
                "In two languages",
                value={
                    "programme": "outer-survey",
                    "title": "Waiver",
                    "body": {"en": "I take part …", "fr": "Je participe …"},
                    "effective_from": "2026-12-01T00:00:00Z",
                },
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Draft a text."""
        names = ("programme", "title", "body", "effective_from", "predecessor_until")
        body = bodies.read(request, *names)

        def act() -> Any:
            made = waivers.draft_text(
                programme=references.programme(body.get("programme")),
                title=bodies.text(body, "title", most=200),
                body=_texts(body.get("body")),
                effective_from=bodies.needed_moment(body, "effective_from"),
                predecessor_until=bodies.moment(body, "predecessor_until"),
                by=request.user,
                at=database_now(),
            )
            return shape_of_text(made)

        return repeats.once(request, body, act)


class WaiverTextApproveView(APIView):
    """Puts a draft in force from its date."""

    permissions: ClassVar[dict[str, str]] = {"POST": APPROVE}

    @extend_schema(
        summary="Approve a waiver text",
        description="By somebody else than who drafted it. The body is an empty object.",
        request=OpenApiTypes.OBJECT,
        responses={200: OpenApiTypes.OBJECT},
    )
    def post(self, request: Request, waivertext_id: int) -> Response:
        """Approve a draft."""
        bodies.read(request)
        found = bodies.row(request, WaiverText, waivertext_id, APPROVE)
        made = waivers.approve_text(text=found, by=request.user, at=database_now())
        return Response(shape_of_text(made))


class WaiverTextDiscardView(APIView):
    """Discards a draft."""

    permissions: ClassVar[dict[str, str]] = {"POST": MANAGE}

    @extend_schema(
        summary="Discard a draft of a waiver text",
        request=OpenApiTypes.OBJECT,
        responses={200: OpenApiTypes.OBJECT},
    )
    def post(self, request: Request, waivertext_id: int) -> Response:
        """Discard a draft."""
        bodies.read(request)
        found = bodies.row(request, WaiverText, waivertext_id, MANAGE)
        made = waivers.discard_text(text=found, by=request.user, at=database_now())
        return Response(shape_of_text(made))


class WaiverSignaturesView(APIView):
    """Who signed which text, before whom; a new signature."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW, "POST": SIGN}

    @documented("List signatures", "person")
    def get(self, request: Request) -> Response:
        """List the signatures of one person."""
        asked = given(request, "person")
        person = bodies.person_in_reach(asked["person"], request.user, VIEW)
        rows = WaiverSignature.objects.filter(person__in=registry.entries(person.pk))
        rows = rows.select_related("text__programme", "witness", "account", "annulment")
        rows = rows.defer("drawing").prefetch_related(
            Prefetch("person", Person.objects.only("uid"))
        )
        return page(request, rows, shape, person=lambda row: row.person_id)

    @extend_schema(
        parameters=[repeats.KEY],
        summary="Record a signature",
        description="The caller witnessed it and checked who signed. `text` is the id of the text in "
        "force and `text_sha256` the hash of what was shown; both have to be those on file. "
        "`signed_at` defaults to now. A guardian is named for a minor alone. Only a withdrawal "
        "of every programme or of this one, later than the signature, undoes it.\n\n"
        "Who signs proves it themselves. Either `drawing` holds the strokes of their signature: lists "
        f"of points `[x, y]` in a field {drawings.WIDTH} wide and {drawings.HEIGHT} high, with the "
        "origin at the upper left. Or `account` holds the `username` and `password` of their own "
        "login, which count against the lockout as at a login.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
        examples=[
            OpenApiExample(
                "By the person",
                value={
                    "person": "7d444840-9dc0-11d1-b245-5ffdce74fad2",
                    "text": 3,
                    "text_sha256": "0" * 64,
                    "language": "en",
                    "identity_checked": "passport",
                    "informed_at": "2026-11-30T08:00:00Z",
                    "drawing": [[[40, 150], [120, 40], [180, 150]], [[70, 110], [160, 105]]],
                },
            ),
            OpenApiExample(
                "With the signer's own login",
                value={
                    "person": "7d444840-9dc0-11d1-b245-5ffdce74fad2",
                    "text": 3,
                    "text_sha256": "0" * 64,
                    "language": "en",
                    "identity_checked": "passport",
                    "account": {"username": "a.quill", "password": "…"},
                },
            ),
        ],
    )
    def post(self, request: Request) -> Response:
        """Record a signature."""
        texts = (
            *("text_sha256", "language", "identity_checked"),
            *("guardian_name", "guardian_relation"),
        )
        others = ("person", "text", "signed_at", "informed_at", "drawing", "account")
        body = bodies.read(request, *others, *texts)
        sent = repeats.without_password(body, "account")
        if (again := repeats.again(request, sent)) is not None:
            return again
        now = database_now()
        person = bodies.person_in_reach(body.get("person"), request.user, SIGN)
        text = WaiverText.objects.filter(pk=whole({"text": body.get("text")}, "text")).first()
        if text is None:
            raise InvalidInput("There is no such text.", field="text")
        said = {
            name: bodies.text(body, name, most=80 if "relation" in name else 200) for name in texts
        }
        wrong = "The user name and password of who signs do not fit."
        account = references.login(request, body, "account", wrong=wrong)

        def act() -> Any:
            made = waivers.sign(
                person=person,
                text=text,
                signed_at=bodies.moment(body, "signed_at") or now,
                informed_at=bodies.moment(body, "informed_at"),
                **said,
                drawing=body.get("drawing"),
                account=account,
                by=request.user,
                at=now,
            )
            return shape(made)

        return repeats.once(request, sent, act)


class WaiverSignatureAnnulView(APIView):
    """Sets right a signature that was recorded in error."""

    permissions: ClassVar[dict[str, str]] = {"POST": SIGN}

    @extend_schema(
        summary="Annul a signature that was recorded in error",
        description="With a `reason`. Who no longer wants to take part withdraws instead.",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
        examples=[OpenApiExample("Wrong person", value={"reason": "Signed by somebody else."})],
    )
    def post(self, request: Request, waiversignature_id: int) -> Response:
        """Annul a signature."""
        body = bodies.read(request, "reason")
        found = bodies.row(request, WaiverSignature, waiversignature_id, SIGN)
        waivers.annul_signature(
            signature=found,
            reason=bodies.text(body, "reason"),
            by=request.user,
            at=database_now(),
        )
        return Response(shape(WaiverSignature.objects.get(pk=found.pk)), status=201)


class WaiverSignatureDrawingView(APIView):
    """What was drawn under a waiver; opening it is recorded."""

    permissions: ClassVar[dict[str, str]] = {"GET": VIEW}

    @extend_schema(
        summary="Read a drawn signature",
        description="The strokes as they were drawn, in a field of `width` and `height`; null where "
        "the signer gave a password instead.",
        responses={200: OpenApiTypes.OBJECT},
    )
    def get(self, request: Request, waiversignature_id: int) -> Response:
        """Open a drawing."""
        bodies.nothing_asked(request)
        found = bodies.row(request, WaiverSignature, waiversignature_id, VIEW)
        drawn = drawing_of(found, by=request.user, purpose="api")
        told = {"width": drawings.WIDTH, "height": drawings.HEIGHT, "sha256": found.drawing_sha256}
        return Response({**told, "strokes": drawn.strokes if drawn else None})


def shape_of_text(row: WaiverText) -> dict[str, Any]:
    """Return a text as the interface shows it."""
    return {
        **shown(row, "id", "number", "title", "body", "sha256"),
        **shown(row, "effective_from", "predecessor_until"),
        "programme": row.programme.code,
        **references.drafted(row),
    }


def shape(row: WaiverSignature) -> dict[str, Any]:
    """Return a signature as the interface shows it."""
    void = getattr(row, "annulment", None)
    return {
        **shown(row, "id", "text_sha256", "language", "identity_checked", "signer"),
        **shown(row, "guardian_name", "guardian_relation"),
        **shown(row, "informed_at", "signed_at", "recorded_at"),
        "person": str(row.person.uid),
        "programme": row.text.programme.code,
        "text": row.text_id,
        "text_number": row.text.number,
        "witness": row.witness.name,
        **shown(row, "proof", "drawing_sha256", "sha256"),
        "account": row.account.name if row.account else None,
        "annulled_at": void.recorded_at if void else None,
    }


def _texts(given: object) -> dict[str, str]:
    """Return the text of each language; the action judges whether there is any."""
    if not isinstance(given, dict):
        raise InvalidInput("body is an object: a text by the code of its language.", field="body")
    for language, text in given.items():
        if not isinstance(text, str) or len(text) > LONGEST or not 2 <= len(language) <= 8:
            raise InvalidInput(
                f"body holds texts of at most {LONGEST} characters by codes such as en or fr.",
                field="body",
            )
        check_text(language, field="body")
        check_text(text, field="body")
    return dict(given)
