"""Types of nanites: described, named anew, and said to do something, with a grade and sources.

Nothing is edited: a name or a statement is followed by a newer one, which names the statement that
it corrects or withdraws.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from assays.actions import nanite_profiles
from assays.actions.analyses.runs import Named
from assays.models import (
    NaniteFunction,
    NaniteFunctionProfile,
    NaniteFunctionSource,
    NaniteProfile,
    NaniteType,
    NaniteTypeName,
    Result,
)
from assays.queries import nanite_profiles as profiles_found
from assays.queries import nanite_types as queries
from assays.rules.nanite_types import check_code, check_evidence, check_name, check_statement
from assays.rules.states import ResultStatus
from labsys.accounts.models import Principal
from labsys.audit.context import acting
from labsys.lib import locks, policy
from labsys.lib.errors import Conflict, InvalidInput
from labsys.lib.reasons import check_reason

DESCRIBE = "assays.nanite.describe"


@dataclass(frozen=True, slots=True)
class Statement:
    """What a type is said to do: the sentence, its grade, on what it rests, and its sources.

    These are released results, and profiles that stand, by their numbers.
    """

    statement: str
    grade: str
    basis: str
    result_ids: Sequence[int] = ()
    profiles: Sequence[int] = ()


def describe(
    *, code: str, name: str, by: Principal, at: datetime, named: Named | None = None
) -> NaniteType:
    """Begin a type with its code and first working name."""
    policy.check(by, DESCRIBE)
    code, name = check_code(code), check_name(name)
    with acting(by=by, at=at, action="assays.nanite_type.describe"):
        locks.hold("nanite types")
        if NaniteType.objects.filter(code=code).exists():
            raise InvalidInput(
                _("There is a type %(code)s already.") % {"code": code}, field="code"
            )
        _check_free(name, None)
        key = {} if named is None else {"uid": named.uid, "sent_digest": named.sent_digest}
        made: NaniteType = NaniteType.objects.create(
            code=code, recorded_by=by, recorded_at=at, **key
        )
        NaniteTypeName.objects.create(type=made, name=name, recorded_by=by, recorded_at=at)
    return made


def rename(
    *,
    type: NaniteType,  # noqa: A002 - the laboratory's word
    name: str,
    reason: str,
    by: Principal,
    at: datetime,
    named: Named | None = None,
) -> NaniteTypeName:
    """Give a type another working name; those before stay on record."""
    policy.check(by, DESCRIBE)
    name = check_name(name)
    check_reason(reason)
    with acting(by=by, at=at, action="assays.nanite_type.rename", reason=reason):
        locks.hold("nanite types")
        _check_free(name, type)
        key = {} if named is None else {"uid": named.uid, "sent_digest": named.sent_digest}
        made: NaniteTypeName = NaniteTypeName.objects.create(
            type=type,
            name=name,
            reason=reason.strip(),
            recorded_by=by,
            recorded_at=at,
            **key,
        )
    return made


def state(
    *,
    type: NaniteType,  # noqa: A002 - the laboratory's word
    said: Statement,
    by: Principal,
    at: datetime,
    corrects: NaniteFunction | None = None,
    reason: str = "",
    named: Named | None = None,
) -> NaniteFunction:
    """Say what a type does; with `corrects` in place of an earlier statement, and why."""
    policy.check(by, DESCRIBE)
    results = _sources(said.result_ids, by)
    statement = check_statement(said.statement)
    named_sources = len(results) + len(set(said.profiles))
    grade = check_evidence(said.grade, sources=named_sources, basis=said.basis)
    if corrects is not None:
        check_reason(reason)
    with acting(by=by, at=at, action="assays.nanite_function.state", reason=reason):
        profiles = _profiles(said.profiles, by)
        if corrects is not None:
            _check_standing(corrects, type)
        key = {} if named is None else {"uid": named.uid, "sent_digest": named.sent_digest}
        made: NaniteFunction = NaniteFunction.objects.create(
            type=type,
            statement=statement,
            grade=grade.value,
            basis=said.basis.strip(),
            corrects=corrects,
            reason=reason.strip() if corrects is not None else "",
            recorded_by=by,
            recorded_at=at,
            **key,
        )
        NaniteFunctionSource.objects.bulk_create(
            NaniteFunctionSource(function=made, result=result) for result in results
        )
        NaniteFunctionProfile.objects.bulk_create(
            NaniteFunctionProfile(function=made, profile=profile) for profile in profiles
        )
    return made


def withdraw(
    *,
    function: NaniteFunction,
    reason: str,
    by: Principal,
    at: datetime,
    named: Named | None = None,
) -> NaniteFunction:
    """Take a statement back without another in its place."""
    policy.check(by, DESCRIBE)
    check_reason(reason)
    with acting(by=by, at=at, action="assays.nanite_function.withdraw", reason=reason):
        _check_standing(function, function.type)
        key = {} if named is None else {"uid": named.uid, "sent_digest": named.sent_digest}
        made: NaniteFunction = NaniteFunction.objects.create(
            type=function.type,
            corrects=function,
            is_withdrawal=True,
            reason=reason.strip(),
            recorded_by=by,
            recorded_at=at,
            **key,
        )
    return made


def _sources(result_ids: Sequence[int], by: Principal) -> list[Result]:
    wanted = list(dict.fromkeys(result_ids))
    rows = policy.scope(by, Result.objects.filter(pk__in=wanted, status=ResultStatus.RELEASED))
    found = {one.pk: one for one in rows}
    for id_ in wanted:
        if id_ not in found:
            raise InvalidInput(
                _("Result %(id)s is not released, or not in your reach.") % {"id": id_},
                field="sources",
            )
    return [found[one] for one in wanted]


def _profiles(positions: Sequence[int], by: Principal) -> list[NaniteProfile]:
    """Return the profiles with these numbers; none of them is taken back before this is committed."""
    wanted = list(dict.fromkeys(positions))
    if not wanted:
        return []
    locks.hold(nanite_profiles.LOCK)
    rows = profiles_found.standing().filter(position__in=wanted)
    found = {one.position: one for one in policy.scope(by, rows.defer("content"))}
    for position in wanted:
        if position not in found:
            raise InvalidInput(
                _("Profile %(id)s was corrected or withdrawn, or is not in your reach.")
                % {"id": position},
                field="profiles",
            )
    return [found[one] for one in wanted]


def _check_free(name: str, of: NaniteType | None) -> None:
    """Two types that are called the same at once would be taken for one."""
    for one in queries.listed():
        if one.name.casefold() == name.casefold():
            raise InvalidInput(
                _("%(type)s is called so already.") % {"type": one.code}
                if of is None or one.pk != of.pk
                else _("The type is called so already."),
                field="name",
            )


def _check_standing(function: NaniteFunction, of: NaniteType) -> None:
    locks.hold(f"nanite function {function.pk}")
    if function.type_id != of.pk or function.is_withdrawal:
        raise InvalidInput(_("This is no statement about the type."), field="corrects")
    if NaniteFunction.objects.filter(corrects=function).exists():
        raise Conflict(_("That statement was corrected or withdrawn meanwhile; look at it again."))
