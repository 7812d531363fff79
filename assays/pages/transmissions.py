"""What instruments sent: the list of messages, and one of them from its bytes to its results."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assays.actions import messages
from assays.actions.held_items import DECIDE
from assays.instruments.astm.steps import TABLE
from assays.instruments.dialects import Dialect
from assays.models import Instrument, TransmissionMessage
from assays.pages import parsed
from assays.queries import transmissions as queries
from assays.queries import worklists
from assays.queries.messages import WIRES
from assays.queries.rereadings import READABLE
from assays.queries.transmissions import ATTENTION, Chosen
from assays.rules.states import MessageStatus
from labsys.accounts.models import Principal
from labsys.accounts.permissions import requires
from labsys.audit import reads
from labsys.lib import policy
from labsys.lib.addresses import number
from labsys.lib.choices import choices
from labsys.lib.clock import database_now

VIEW = "assays.transmission.view"
DISMISSABLE = tuple(messages.DISMISSABLE)
# What a page shows of a message at most; the rest is there for downloading.
SHOWN_BYTES = 64 * 1024
LONGEST_TEXT = 200
# What is answered to a frame that is stored, by what was thought of it.
ANSWERS = {
    step.verdict: step.reply for row in TABLE.values() for step in row.values() if step.reply
}


@require_safe
@requires(VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """Show messages, the newest first, by instrument, state, dialect and what they name."""
    chosen = _chosen(request)
    before = number(request.GET.get("before", ""))
    page = queries.page(chosen, before=before)
    asked = _asked(chosen)
    may_decide = policy.can(request.principal, DECIDE)  # type: ignore[attr-defined]
    context: dict[str, Any] = {
        "page": page,
        "chosen": chosen,
        "may_decide": may_decide,
        "may_dismiss": may_decide and chosen.status in DISMISSABLE,
        "asked": asked,
        "instruments": Instrument.objects.order_by("code"),
        "statuses": choices(MessageStatus),
        "attention": ATTENTION,
        "dialects": TransmissionMessage.Dialect.choices,
    }
    if before is not None:
        context["newest"] = "?" + urlencode(asked)
    if page.before is not None:
        context["older"] = "?" + urlencode({**asked, "before": page.before})
    return render(request, "assays/transmissions.html", context)


@require_safe
@requires(VIEW)
def show(request: HttpRequest, message_id: int) -> HttpResponse:
    """Show one message: its bytes as they crossed the wire, what they say, what became of it."""
    principal = request.principal  # type: ignore[attr-defined]
    message = find(principal, message_id)
    record_read(principal, message, purpose="message")
    after = number(request.GET.get("after", ""))
    items, more = queries.items(message, after=-1 if after is None else after)
    earlier, later = queries.neighbours(message)
    frames, is_cut = _shown_frames(message)
    content = bytes(message.content)
    may_decide = policy.can(principal, DECIDE)
    events = list(message.events.select_related("recorded_by__user").order_by("pk"))
    may_assign = may_decide and message.instrument is None and message.status == MessageStatus.HELD
    context: dict[str, Any] = {
        "message": message,
        "frames": frames,
        "has_answers": any(shown["answer"] for shown in frames),
        "is_answer_framed": any(shown["frame"].direction == "OUT" for shown in frames),
        "content": content[:SHOWN_BYTES],
        "reply": bytes(message.reply)[:SHOWN_BYTES],
        "size": len(content),
        "is_cut": is_cut or len(content) > SHOWN_BYTES,
        "shown_bytes": SHOWN_BYTES,
        "parsed": parsed.of(message, limit=SHOWN_BYTES),
        "items": items,
        "answers": worklists.answers_of(message),
        "after": after,
        "more": more,
        "earlier": earlier,
        "later": later,
        "repetitions": message.repetitions.order_by("pk").values_list("pk", flat=True)[:20],
        "at": database_now(),
        "may_see_results": policy.can(principal, "assays.result.view"),
        "may_see_orders": policy.can(principal, "assays.order.view"),
        "may_decide": may_decide,
        "may_read_again": may_decide and _is_readable(message),
        "may_dismiss": may_decide and message.status in DISMISSABLE and not events,
        "events": events,
        "may_assign": may_assign,
        "candidates": _candidates(principal, message) if may_assign else [],
    }
    return render(request, "assays/transmission.html", context)


@require_safe
@requires(VIEW)
def raw(request: HttpRequest, message_id: int) -> HttpResponse:
    """Hand out the bytes of a message as they came; on record as a read."""
    principal = request.principal  # type: ignore[attr-defined]
    message = find(principal, message_id)
    record_read(principal, message, purpose="message-raw")
    answer = HttpResponse(bytes(message.content), content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="message-{message.pk}.bin"'
    return answer


def find(principal: Principal, message_id: int) -> TransmissionMessage:
    """Return a message with its instrument and session; Http404 out of reach."""
    rows = policy.scope(principal, TransmissionMessage.objects.all())
    found: TransmissionMessage | None = (
        rows.filter(pk=message_id).select_related("instrument", "session").first()
    )
    if found is None:
        raise Http404
    return found


def _is_readable(message: TransmissionMessage) -> bool:
    is_wire = message.dialect in WIRES and message.instrument is not None
    return is_wire and message.status in READABLE


def _candidates(principal: Principal, message: TransmissionMessage) -> Any:
    """Instruments that a message can be from, those in use first."""
    rows = Instrument.objects.filter(protocol=message.wire).order_by("-is_active", "code")
    return policy.scope(principal, rows)


def record_read(principal: Principal, message: TransmissionMessage, *, purpose: str) -> None:
    """Put the read on record, for each person whose specimen the message is matched with."""
    persons: list[int | None] = [*queries.persons(message)]
    found = iter(persons or [None])
    shown = [message] * (len(persons) or 1)
    reads.record(by=principal, purpose=purpose, objects=shown, person_id=lambda _one: next(found))


def _chosen(request: HttpRequest) -> Chosen:
    status = request.GET.get("status", "")
    dialect = request.GET.get("dialect", "")
    return Chosen(
        instrument=number(request.GET.get("instrument", "")),
        status=status if status in (ATTENTION, *MessageStatus) else "",
        dialect=dialect if dialect in TransmissionMessage.Dialect.values else "",
        text=request.GET.get("q", "").strip().replace("\x00", "")[:LONGEST_TEXT],
    )


def _asked(chosen: Chosen) -> dict[str, Any]:
    asked = {
        "instrument": chosen.instrument,
        "status": chosen.status,
        "dialect": chosen.dialect,
        "q": chosen.text,
    }
    return {name: value for name, value in asked.items() if value not in (None, "")}


def _shown_frames(message: TransmissionMessage) -> tuple[list[dict[str, Any]], bool]:
    """Return the frames as far as a page shows them, and whether some are left out."""
    frames = queries.frames(message, limit=queries.FRAMES + 1)
    # Over MLLP a message is answered, and its answer is kept with it; a frame of ASTM is told at once.
    is_astm = message.session is not None and message.session.dialect == Dialect.ASTM
    shown: list[dict[str, Any]] = []
    room = SHOWN_BYTES
    for frame in frames[: queries.FRAMES]:
        if room <= 0:
            break
        content = bytes(frame.content)
        left = len(content) - room
        answer = ANSWERS.get(frame.verdict, b"") if is_astm and frame.direction == "IN" else b""
        shown.append({"frame": frame, "content": content[:room], "left": left, "answer": answer})
        room -= len(content)
    return shown, len(shown) < len(frames) or room < 0
