"""Autoverification: may this value be released without a person looking at it?

    rule_set = RuleSet.read([{"id": "amr", "kind": "AMR"}], name="chemistry v1")
    trace = evaluate(subject, rule_set)
    trace.decision, trace.reasons        # HOLD, with a sentence for each law or rule that holds it

A value is released when every fixed law allows it (`laws`), no rule holds it, and at least one rule
passes it. It fails closed: a missing input, an unknown kind of rule, a parameter that cannot be read
or an error inside a rule holds the value with that reason, and so does a set without rules.
"""

from __future__ import annotations

from collections.abc import Iterator

from assays.rules.autoverification import laws
from assays.rules.autoverification.rule_sets import KINDS as KINDS
from assays.rules.autoverification.rule_sets import Rule as Rule
from assays.rules.autoverification.rule_sets import RuleSet as RuleSet
from assays.rules.autoverification.rule_sets import problems as problems
from assays.rules.autoverification.subjects import Limits as Limits
from assays.rules.autoverification.subjects import Other as Other
from assays.rules.autoverification.subjects import QcState as QcState
from assays.rules.autoverification.subjects import Source as Source
from assays.rules.autoverification.subjects import Subject as Subject
from assays.rules.autoverification.traces import METHOD as METHOD
from assays.rules.autoverification.traces import Decision as Decision
from assays.rules.autoverification.traces import Line as Line
from assays.rules.autoverification.traces import Outcome as Outcome
from assays.rules.autoverification.traces import Trace as Trace
from assays.rules.autoverification.traces import Verdict as Verdict
from labsys.lib.wording import gettext_noop as _


def evaluate(subject: Subject, rule_set: RuleSet | object) -> Trace:
    """Ask the fixed laws, then every rule, then the laws again; never raises for what it is given.

    ``rule_set`` may be given as it was written; it is read first (`RuleSet.read`). Returns the
    decision with one line per law and per rule, in the order in which they were asked.
    """
    if not isinstance(rule_set, RuleSet):
        rule_set = RuleSet.read(rule_set)
    asked = (*laws.lines(subject), *_ask(subject, rule_set))
    is_allowed = not any(line.is_holding for line in asked)
    is_passed = any(line.outcome is Outcome.PASS for line in asked if not line.is_fixed)
    if is_allowed and not is_passed:
        asked = (*asked, Line("rules", "NO_RULE", _no_rule(), is_fixed=True))
    elif is_allowed and _is_forbidden(subject):
        asked = (*asked, Line("laws", "LAWS", _forbidden(), is_fixed=True))
    decision = Decision.HOLD if any(line.is_holding for line in asked) else Decision.RELEASE
    return Trace(rule_set.name, decision, asked)


def _ask(subject: Subject, rule_set: RuleSet) -> Iterator[Line]:
    for rule in rule_set.rules:
        yield Line(rule.id, rule.kind, _judged(rule, subject))


def _judged(rule: Rule, subject: Subject) -> Verdict:
    if rule.judge is None:
        message = _("The rule cannot be read: %(problem)s")
        return Verdict(Outcome.HOLD, message, {"problem": rule.problem})
    try:
        if not rule.is_asked_of(subject):
            return Verdict(Outcome.NOT_APPLICABLE, _("The rule is for other assays."), {})
        return rule.judge.judge(subject)
    except Exception as error:  # noqa: BLE001 - whatever fails, the value waits for a person
        return laws.failed(error)


def _is_forbidden(subject: Subject) -> bool:
    try:
        return laws.broken(subject)
    except Exception:  # noqa: BLE001 - a law that cannot be asked forbids
        return True


def _no_rule() -> Verdict:
    return Verdict(Outcome.HOLD, _("No rule of the set passed this value."), {})


def _forbidden() -> Verdict:
    return Verdict(Outcome.HOLD, _("A fixed law forbids to release this value."), {})
