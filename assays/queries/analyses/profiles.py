"""Profiles of nanites as analyses take them, and the newest drift of a host."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.utils.translation import gettext as _

from assays.models import AnalysisPart
from assays.queries import nanite_profiles
from assays.queries.analyses import profile_catalogue
from assays.queries.analyses.inputs import Input
from assays.queries.analyses.kinetics import Newest
from assays.rules.analyses.reprofiles import PER_PART
from assays.rules.analyses.runs import OPEN, AnalysisKind, digest_of
from labsys.accounts.models import Principal
from labsys.lib import policy
from labsys.lib.errors import InvalidInput
from patients.models import CanonicalPerson

FEWEST = 2
MOST_HOSTS = 2_000
MOST_READ = 50_000


def courses(
    principal: Principal, person_ids: Iterable[int] | None = None, *, least: int = FEWEST
) -> list[Input]:
    """Return the standing profiles of hosts in reach by the time of collection, `least` of each.

    Of specimens collected at once the profile that was recorded last is taken. Linked entries are
    one host.
    """
    rows = policy.scope(principal, nanite_profiles.standing())
    if person_ids is not None:
        mine = CanonicalPerson.objects.filter(person_id__in=list(person_ids))
        linked = CanonicalPerson.objects.filter(canonical_id__in=mine.values("canonical_id"))
        rows = rows.filter(specimen__person__in=linked.values("person_id"))
    found: dict[int, dict[str, dict[str, Any]]] = {}
    values = rows.order_by("specimen__collected_at", "position").values_list(
        "specimen__person_id", "specimen__collected_at", "uid", "content", "method"
    )
    rows_read = list(values)
    heads = _heads({row[0] for row in rows_read})
    for person_id, collected_at, uid, content, method in rows_read:
        at = collected_at.isoformat()
        one = {"profile": str(uid), "at": at, "method": method, "content": content}
        found.setdefault(heads[person_id], {})[at] = one
    return [
        Input(person_id, {"profiles": list(found[person_id].values())})
        for person_id in sorted(found)
        if len(found[person_id]) >= least
    ]


def newest_drift(principal: Principal, person_ids: Collection[int]) -> Newest:
    """Return the newest drift of a host that the principal may read, and whether it is of all profiles."""
    rows = AnalysisPart.objects.filter(
        person__in=list(person_ids), run__kind=AnalysisKind.DRIFT.value
    )
    rows = policy.scope(principal, rows).select_related("run__asked_by__user").order_by("-id")
    part = rows.filter(outcome__isnull=False).first()
    is_waiting = rows.filter(done_at=None, run__status__in=[one.value for one in OPEN]).exists()
    if part is None:
        return Newest(None, is_waiting, False)
    now = courses(principal, person_ids)
    return Newest(part, is_waiting, [digest_of(one.given) for one in now] != [part.given_digest])


def _heads(entries: Collection[int]) -> dict[int, int]:
    rows = CanonicalPerson.objects.filter(person_id__in=list(entries))
    return dict(rows.values_list("person_id", "canonical_id"))


def newest_of_hosts(principal: Principal) -> list[Input]:
    """Return one input: the newest standing profile of each host in reach, by when it was collected."""
    rows = policy.scope(principal, nanite_profiles.standing())
    values = rows.order_by("specimen__collected_at", "position").values_list(
        "specimen__person_id", "uid", "content"
    )
    read = list(values[: MOST_READ + 1])
    heads = _heads({row[0] for row in read})
    newest = {heads[person_id]: (str(uid), content) for person_id, uid, content in read}
    if len(read) > MOST_READ or len(newest) > MOST_HOSTS:
        raise InvalidInput(
            _("Groups are looked for among at most %(most)d hosts.") % {"most": MOST_HOSTS}
        )
    if len(newest) < FEWEST:
        raise InvalidInput(_("Groups are looked for among two hosts or more with a profile."))
    hosts = [
        {"profile": uid, "markers": content["markers"]}
        for uid, content in sorted(newest.values(), key=lambda one: one[0])
    ]
    return [Input(None, {"hosts": hosts})]


def stretches() -> list[Input]:
    """Return an input for every so many rows of the whole catalogue as it stands now."""
    head = profile_catalogue.newest()
    if head is None:
        return []
    return [
        Input(
            None,
            {
                "catalogue": head,
                "after": after,
                "until": min(after + PER_PART, head["position"]),
            },
        )
        for after in range(0, head["position"], PER_PART)
    ]
