"""What the removals of a trial and the questions asked of it are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from assays.rules.analyses import trials
from assays.rules.interventions import pore_size
from patients.models import Intervention

KINDS = dict(Intervention.Kind.choices)


def removal(kind: str, detail: str) -> str:
    """Return what was done in words: a filtration with the size of its pores."""
    name = str(KINDS.get(kind, kind))
    size = pore_size(detail)
    if kind == Intervention.Kind.FILTRATION and size is not None:
        return _("%(kind)s through pores of %(size)s µm") % {"kind": name, "size": f"{size:g}"}
    return f"{name}: {detail}" if detail else name


def labels(parameters: Mapping[str, Any]) -> dict[str, str]:
    """Return the removals of a trial by the name of their arm."""
    found = {}
    for name, (kind, detail) in trials.arms(parameters).items():
        is_size = kind == Intervention.Kind.FILTRATION and detail.replace(".", "", 1).isdigit()
        found[name] = removal(kind, f"{detail} um" if is_size else detail)
    return found


def question(name: str, arms: Mapping[str, str]) -> str:
    """Return the question that a test answers."""
    of, _underscore, what = name.partition("_")
    asked = _("load after against before") if what == "level" else _("growth after against before")
    if of == "contrast":
        return _("%(first)s against %(second)s: %(what)s") % {**arms, "what": asked}
    return f"{arms[of]}: {asked}"
