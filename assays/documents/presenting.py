"""A report's content as it is read: one arrangement in words, for the page and the document alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from assays.rules.reports import Sort, held_of, said
from assays.rules.states import ReportStatus, ResultStatus
from labsys.lib import units

Content = Mapping[str, Any]
# What is longer stands below its line, over the whole width.
LONGEST_IN_COLUMN = 28
NO_METHOD = "unspecified"


def status_words(status: str) -> str:
    """Return the name of a report of this status."""
    return {
        ReportStatus.REGISTERED: _("Registered report"),
        ReportStatus.PARTIAL: _("Interim report (partial)"),
        ReportStatus.PRELIMINARY: _("Interim report (preliminary)"),
        ReportStatus.FINAL: _("Final report"),
        ReportStatus.AMENDED: _("Amended report"),
        ReportStatus.CORRECTED: _("Corrected report"),
        ReportStatus.APPENDED: _("Appended report"),
        ReportStatus.CANCELLED: _("Cancelled report"),
        ReportStatus.ENTERED_IN_ERROR: _("Entered in error"),
    }[ReportStatus(status)]


def _warning(status: str) -> str:
    """Say what a reader must know before reading on; nothing for a final report."""
    return {
        ReportStatus.PARTIAL: _("Further results are awaited; a later version will hold them."),
        ReportStatus.PRELIMINARY: _(
            "Tests of this order are open. Values marked PRELIMINARY are not released and may still "
            "change; a later version replaces them."
        ),
        ReportStatus.AMENDED: _("Something other than a value has changed; see “What changed”."),
        ReportStatus.CORRECTED: _(
            "A value given in an earlier version holds no more; see “What changed”. "
            "Do not use earlier versions."
        ),
        ReportStatus.APPENDED: _("Results were added to what was final; see “What changed”."),
        ReportStatus.CANCELLED: _("No result will follow."),
        ReportStatus.ENTERED_IN_ERROR: _(
            "This report should never have been made. Do not use any of its values."
        ),
    }.get(ReportStatus(status), "")


def presented(content: Content) -> dict[str, Any]:
    """Return the content arranged for reading, in the hospital's language and time zone."""
    with translation.override(content["language"]):
        return _Presentation(content).whole()


class _Presentation:
    """One content being arranged; remembers how moments are written."""

    def __init__(self, content: Content) -> None:
        self.content = content
        self.zone = ZoneInfo(content["zone"])

    def moment(self, text: str) -> str:
        if not text:
            return _("unknown")
        return date_format(
            datetime.fromisoformat(text).astimezone(self.zone), "j M Y H:i", use_l10n=False
        )

    def whole(self) -> dict[str, Any]:
        content, version = self.content, self.content["version"]
        patient = content["patient"]
        return {
            "language": content["language"],
            "title": _("Laboratory report %(report)s, version %(number)s")
            % {"report": version["report"], "number": version["number"]},
            "barcode_text": f"R{version['report']}-{version['number']}",
            "keywords": [patient["record_number"]],
            "hospital": content["hospital"],
            "patient_line": f"{patient['name']} · {patient['record_number']} · {patient['born']}",
            "version_line": _("Report %(report)s · version %(number)s · %(status)s")
            % {**version, "status": status_words(version["status"])},
            "footer": _("Made %(when)s by %(by)s. All times are in %(zone)s.")
            % {
                "when": self.moment(version["made_at"]),
                "by": version["made_by"],
                "zone": content["zone"],
            },
            "words": self.words(),
            "banner": self.banner(),
            "patient": self.patient(),
            "order": self.order(),
            "changes": [self.change(change) for change in content["changes"]],
            "groups": self.groups(),
            "preliminary": [self.early(line) for line in content.get("preliminary", [])],
            "preliminary_head": self.head(),
            "notes": self.notes(),
            "withdrawn_head": [_("Analyte"), _("Value given"), _("Now"), _("Why, who, when")],
            "withdrawn": [self.withdrawn(line) for line in content["withdrawn"]],
            "specimens_head": [_("Accession"), _("Specimen"), _("Collected"), _("Received")],
            "specimens": [self.specimen(one) for one in content["specimens"]],
            "signatures": [*self.measured(), *self.signed()],
        }

    def words(self) -> dict[str, str]:
        return {
            "report": _("Laboratory report"),
            "page": _("Page"),
            "of": _("of"),
            "changes": _("What changed since version %(number)s")
            % {"number": self.content["version"]["number"] - 1},
            "results": _("Results"),
            "no_results": _("This version gives no value.")
            if not self.content.get("preliminary")
            else _("No value is released yet."),
            "preliminary": _("Preliminary values, not released"),
            "withdrawn": _("Values that hold no more"),
            "specimens": _("Specimens"),
            "signatures": _("Measured, verified and released"),
        }

    def banner(self) -> dict[str, str] | None:
        status = self.content["version"]["status"]
        warning = _warning(status)
        sorts = {change["sort"] for change in self.content["changes"]}
        is_corrected = not sorts.isdisjoint({Sort.REPLACED, Sort.WITHDRAWN, Sort.RETRACTED})
        if is_corrected and status != ReportStatus.CORRECTED:
            corrected = _("A value given in an earlier version holds no more; see “What changed”.")
            warning = f"{warning} {corrected}".strip()
        if Sort.HELD in sorts:
            held = _("A value given in an earlier version is being checked; do not rely on it.")
            warning = f"{warning} {held}".strip()
        if warning and self.content["version"]["reason"]:
            warning = f"{warning} {self.content['version']['reason']}"
        return {"title": status_words(status), "text": warning} if warning else None

    def facts(self, rows: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
        return [{"name": name, "text": text.splitlines()} for name, text in rows if text.strip()]

    def patient(self) -> list[dict[str, Any]]:
        patient = self.content["patient"]
        return self.facts(
            [
                (_("Patient"), patient["name"]),
                (_("Record number"), patient["record_number"]),
                (_("Born"), patient["born"]),
                (_("Sex"), patient["sex"]),
                (_("Species"), patient["species"]),
            ]
        )

    def order(self) -> list[dict[str, Any]]:
        order, version = self.content["order"], self.content["version"]
        return self.facts(
            [
                (_("Order"), order["number"]),
                (_("Requester"), order["requester"]),
                (_("Ordered"), self.moment(order["ordered_at"])),
                (_("Priority"), order["priority"]),
                (_("Stay"), order["stay"]),
                (_("Question"), order["clinical_question"]),
                (
                    _("Report"),
                    f"{status_words(version['status'])}, {_('version')} {version['number']}",
                ),
            ]
        )

    def change(self, change: Mapping[str, str]) -> dict[str, Any]:
        """Return one change: what, old and new, and for a corrected value why, who and when."""
        old, new = change["old"], change["new"]
        forms: dict[str, tuple[str, str]] = {
            Sort.REPLACED: (_("Corrected"), f"{old} → {new}"),
            Sort.WITHDRAWN: (_("Withdrawn"), _("%(old)s holds no more.") % {"old": old}),
            Sort.ADDED: (_("Added"), new),
            Sort.APPENDED: (_("Addendum"), new),
            Sort.REMARKED: (_("Reads differently"), f"{old} → {new}"),
            Sort.NOT_MEASURED: (_("Cancelled"), _("It will not be measured.")),
            Sort.AWAITED: (_("Awaited again"), _("A new value will follow.")),
            Sort.PRELIMINARY: (_("Preliminary"), f"{old} → {new}" if old else new),
            Sort.CONFIRMED: (_("Released as given before"), new),
            Sort.RETRACTED: (
                _("Preliminary value withdrawn"),
                _("%(old)s was not released and holds no more.") % {"old": old},
            ),
            Sort.HELD: (
                _("Preliminary value held"),
                _("%(old)s is being checked; do not rely on it.") % {"old": old},
            ),
            Sort.CLEARED: (
                _("Preliminary value stands"),
                _("%(new)s was checked and is given again.") % {"new": new},
            ),
            Sort.DETAIL: (_("Changed"), f"{old or '–'} → {new or '–'}"),
        }
        title, text = forms[change["sort"]]
        subject = change["subject"]
        if change["sort"] == Sort.DETAIL:
            subject = _details().get(subject, subject)
        why = self.why(change)
        return {
            "sort": change["sort"],
            "title": f"{title}: {subject}",
            "text": text,
            "why": why,
            "why_lines": why.splitlines(),
        }

    def why(self, line: Mapping[str, str]) -> str:
        if not line["at"]:
            return ""
        who = f"{line['by']}, {self.moment(line['at'])}"
        return f"{line['reason']}\n{who}" if line["reason"] else who

    def groups(self) -> list[dict[str, Any]]:
        """Return the results by what they were ordered as, each group in the order's order."""
        found: dict[str, list[dict[str, Any]]] = {}
        for line in self.content["results"]:
            found.setdefault(line["group"] or line["section"], []).append(self.row(line))
        head = self.head()
        return [{"name": name, "head": head, "rows": rows} for name, rows in found.items()]

    def head(self) -> list[str]:
        return [_("Analyte"), _("Result"), _("Unit"), _("Flag"), _("Reference range")]

    def early(self, line: Mapping[str, Any]) -> dict[str, Any]:
        """Return a value that is not released: as any other, with how it stands before all else."""
        if line["standing"] == ResultStatus.TECHNICALLY_VERIFIED:
            told = _("PRELIMINARY: technically verified by %(by)s, %(at)s; not released") % {
                "by": line["verified_by"] or "–",
                "at": self.moment(line["verified_at"]),
            }
        else:
            told = _("PRELIMINARY, UNVERIFIED: critical value, told before anybody verified it")
        measured = _("measured %(when)s in specimen %(specimen)s") % {
            "when": self.moment(line["observed_at"]),
            "specimen": line["specimen"],
        }
        row = self.row(line)
        held = [_("HELD, do not rely on it: %(why)s") % {"why": self.hold(line)}]
        return {
            **row,
            "comment": [
                *(held if "held" in line else []),
                f"{told}; {measured}",
                *row["comment"],
            ],
        }

    def hold(self, line: Mapping[str, Any]) -> str:
        """Say why, by whom and since when a value is held; nothing where it is not."""
        return ", ".join(self.why(line["held"]).splitlines()) if "held" in line else ""

    def row(self, line: Mapping[str, Any]) -> dict[str, Any]:
        flags = [one for one in line["flags"] if one["code"] != "no_range"]
        is_long = len(line["shown"]) > LONGEST_IN_COLUMN or "\n" in line["shown"]
        return {
            "id": line["id"],
            "name": line["name"],
            "code": line["code"],
            "value": _("see below") if is_long else line["shown"],
            "text": line["shown"].splitlines() if is_long else [],
            "unit": units.shown(line["unit"]),
            "flags": [one["code"] for one in line["flags"]],
            "flag": [f"{one['sign']} {one['words']}".strip() for one in flags],
            "is_critical": line["is_critical"],
            "is_marked": any(one["sign"] not in ("", "?") for one in flags),
            "range": line["range"]["text"],
            "range_notes": self.range_notes(line),
            "comment": [*line["comment"].splitlines(), *self.addenda(line)],
            "old": self.old_values(line),
        }

    def addenda(self, line: Mapping[str, Any]) -> list[str]:
        """Return what was added to a value after its release, with who and when before it."""
        found = []
        for one in line.get("addenda", []):
            head = _("Addendum, %(by)s, %(at)s:") % {"by": one["by"], "at": self.moment(one["at"])}
            found += f"{head} {one['text']}".splitlines()
        return found

    def range_notes(self, line: Mapping[str, Any]) -> list[str]:
        found = []
        if line["range"]["unknown"]:
            found.append(_("not known: %(what)s") % {"what": line["range"]["unknown"]})
        if line["range"]["is_established"] and not line["range"]["is_verified"]:
            found.append(_("range unverified"))
        return found

    def old_values(self, line: Mapping[str, Any]) -> list[str]:
        """Return what was reported before in the place of this value."""
        gone = [one for one in self.content["withdrawn"] if one["id"] == line["replaces"]]
        return [_("before: %(value)s") % {"value": said(one)} for one in gone]

    def notes(self) -> list[str]:
        content, found = self.content, []
        for line in held_of(content):
            found.append(
                _("Being checked, do not rely on it: %(name)s %(value)s (%(why)s).")
                % {"name": line["name"], "value": said(line), "why": self.hold(line)}
            )
        if content["awaited"]:
            found.append(_("Awaited: %(names)s.") % {"names": ", ".join(content["awaited"])})
        if content["cancelled"]:
            names = ", ".join(content["cancelled"])
            found.append(_("Cancelled, not measured: %(names)s.") % {"names": names})
        return found

    def withdrawn(self, line: Mapping[str, Any]) -> dict[str, Any]:
        is_error = line["fate"] == ResultStatus.ENTERED_IN_ERROR
        if any(one["replaces"] == line["id"] for one in self.content["results"]):
            fate = _("corrected")
        else:
            fate = _("entered in error") if is_error else _("being corrected")
        return {
            "name": line["name"],
            "value": said(line),
            "fate": fate,
            "why": self.why(line).splitlines(),
        }

    def specimen(self, one: Mapping[str, str]) -> list[str]:
        collected, received = self.moment(one["collected_at"]), self.moment(one["received_at"])
        return [one["accession"], one["type"], collected, received]

    def measured(self) -> list[dict[str, str]]:
        def text(line: Mapping[str, Any]) -> str:
            method = "" if line["method"] == NO_METHOD else line["method"]
            by = ", ".join(filter(None, (method, line["instrument"])))
            said_of = {"when": self.moment(line["observed_at"]), "specimen": line["specimen"]}
            text = _("measured %(when)s in specimen %(specimen)s") % said_of
            return f"{text} ({by})" if by else text

        return self.together(text)

    def signed(self) -> list[dict[str, str]]:
        def text(line: Mapping[str, Any]) -> str:
            return _(
                "technically verified by %(verifier)s, %(verified)s; "
                "released by %(releaser)s, %(released)s"
            ) % {
                "verifier": line["verified_by"] or "–",
                "verified": self.moment(line["verified_at"]),
                "releaser": line["released_by"],
                "released": self.moment(line["released_at"]),
            } + (f" ({line['meaning']})" if line.get("meaning") else "")

        return self.together(text)

    def together(self, text: Callable[[Mapping[str, Any]], str]) -> list[dict[str, str]]:
        """Say once what is the same of several values, and of which ones it is said."""
        found: dict[str, list[str]] = {}
        for line in self.content["results"]:
            found.setdefault(text(line), []).append(line["code"])
        if len(found) == 1:
            is_early = bool(self.content.get("preliminary"))
            what = _("All released values") if is_early else _("All values")
            return [{"what": what, "text": said_once} for said_once in found]
        return [{"what": ", ".join(codes), "text": said_once} for said_once, codes in found.items()]


def _details() -> dict[str, str]:
    return {
        "hospital": _("hospital"),
        "name": _("patient's name"),
        "record_number": _("record number"),
        "born": _("birth date"),
        "sex": _("sex"),
        "species": _("species"),
        "requester": _("requester"),
        "ordered_at": _("time of the order"),
        "priority": _("priority"),
        "stay": _("stay"),
        "clinical_question": _("clinical question"),
    }
