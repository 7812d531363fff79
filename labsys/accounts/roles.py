"""The table of roles: who may do what, and how far. What is not written here is refused.

Each line: permission, then the roles that hold it. A bare role reaches every record; `role@reach`
reaches only the persons that the reach admits (REACHES says what each means).

Permissions read `app.noun.verb`. The order of roles within a line means nothing. The system's own
parts, which nobody can log in as, stand in the table by their names (`system:seed`).

The roles of EXCLUSIVE hold alone: whoever looks after the system or its record, and every
instrument, has what the table gives that role and nothing that another role would add.
"""

from __future__ import annotations

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Role(StrEnum):
    PHLEBOTOMIST = "phlebotomist"
    TECHNOLOGIST = "technologist"
    PATHOLOGIST = "pathologist"
    WARD_DOCTOR = "ward_doctor"
    NURSE = "nurse"
    EXAMINING_PHYSICIAN = "examining_physician"
    PSYCHOLOGIST = "psychologist"
    SCREENING_OFFICER = "screening_officer"
    GATE_OFFICER = "gate_officer"
    INFECTION_CONTROL = "infection_control"
    QUALITY_MANAGER = "quality_manager"
    VISITING_CLINICIAN = "visiting_clinician"
    OUTSIDE_SCIENTIST = "outside_scientist"
    PARTICIPANT = "participant"
    PRIVACY_OFFICER = "privacy_officer"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    INSTRUMENT = "instrument"
    HOSPITAL_SYSTEM = "hospital_system"

    @classmethod
    def choices(cls) -> list[tuple[str, object]]:
        return [(role.value, LABELS[role]) for role in cls]


LABELS = {
    Role.PHLEBOTOMIST: _("phlebotomist"),
    Role.TECHNOLOGIST: _("technologist"),
    Role.PATHOLOGIST: _("laboratory doctor (pathologist)"),
    Role.WARD_DOCTOR: _("ward doctor"),
    Role.NURSE: _("nurse"),
    Role.EXAMINING_PHYSICIAN: _("examining physician"),
    Role.PSYCHOLOGIST: _("psychologist"),
    Role.SCREENING_OFFICER: _("screening officer"),
    Role.GATE_OFFICER: _("gate officer"),
    Role.INFECTION_CONTROL: _("infection-control officer"),
    Role.QUALITY_MANAGER: _("quality manager"),
    Role.VISITING_CLINICIAN: _("visiting clinician"),
    Role.OUTSIDE_SCIENTIST: _("outside scientist"),
    Role.PARTICIPANT: _("participant"),
    Role.PRIVACY_OFFICER: _("privacy officer"),
    Role.AUDITOR: _("auditor"),
    Role.ADMINISTRATOR: _("administrator"),
    Role.INSTRUMENT: _("instrument"),
    Role.HOSPITAL_SYSTEM: _("hospital's system"),
}

REACHES = {
    "in_care": "persons staying in a ward the principal works in, and those other apps add with a "
    "reason of their own",
    "to_collect": "persons with a specimen to be collected, or collected and not yet received",
    "granted": "persons a visiting clinician has a grant for that runs now",
    "own": "the participant's own record",
    "guarded": "the participant's own record, and those of minors whose guardian they are recorded "
    "to be",
}

# What a role is for, and what it is not: the sentences the table below spells out.
PURPOSES = {
    Role.PHLEBOTOMIST: "Collects specimens: sees what is to be collected from whom, checks identity, "
    "prints labels. Sees no result.",
    Role.TECHNOLOGIST: "Runs the bench: accessions, enters, verifies what others entered. Releases "
    "nothing and corrects nothing released.",
    Role.PATHOLOGIST: "Answers for the results: verifies, releases, corrects with a reason, approves "
    "ranges. Never their own entry.",
    Role.WARD_DOCTOR: "Orders, and enters bedside results, for the patients in their care. Sees no "
    "other ward.",
    Role.NURSE: "Collects for and follows the patients in their care.",
    Role.EXAMINING_PHYSICIAN: "Performs the weekly medical check, evaluates who comes back "
    "from a posting, and clears findings.",
    Role.PSYCHOLOGIST: "Performs the weekly psychological check; alone in reading its answers. Sees "
    "no result and edits none.",
    Role.SCREENING_OFFICER: "Runs the weekly round: enrols, has waivers signed, watches the board. "
    "Sees outcomes and reason codes, no value or note behind them.",
    Role.GATE_OFFICER: "Asks whether somebody is cleared. Sees nothing clinical.",
    Role.INFECTION_CONTROL: "Records exposures, orders quarantine, joins double entries.",
    Role.QUALITY_MANAGER: "Drafts and approves the catalogue and programmes, decides about parked "
    "work and looks into what instruments sent. Opens no patient's record.",
    Role.VISITING_CLINICIAN: "Sees the patients granted to them, between two dates.",
    Role.OUTSIDE_SCIENTIST: "Sees de-identified rows of their project, by export alone. Opens nothing "
    "here.",
    Role.PARTICIPANT: "Sees their own clearance and withdraws. Sees nobody else.",
    Role.PRIVACY_OFFICER: "Sees who looked at whom and who changed what. Changes nothing.",
    Role.AUDITOR: "Reads the record. No patient's content beyond the event, and no write of any kind.",
    Role.ADMINISTRATOR: "Makes logins, gives roles, sets up wards and instruments. No clinical data: "
    "there is no superuser.",
    Role.INSTRUMENT: "Sends its own results. Reads no patient and no result.",
    Role.HOSPITAL_SYSTEM: "Says who the hospital's patients are and where they stay, joins double "
    "entries, and orders for them. Reads nothing: it is told the results of its orders.",
}

# Deny beats allow: an administrator who is made a pathologist as well still sees no result.
EXCLUSIVE = frozenset({Role.ADMINISTRATOR, Role.AUDITOR, Role.INSTRUMENT, Role.HOSPITAL_SYSTEM})

# What no person holds, and nothing with such a role logs in.
MACHINES = frozenset({Role.INSTRUMENT, Role.HOSPITAL_SYSTEM})

# Roles for whom the admin does not open at all.
WITHOUT_FORMS = MACHINES | {Role.PARTICIPANT, Role.GATE_OFFICER, Role.OUTSIDE_SCIENTIST}

TABLE = """
# --- people and access
accounts.user.view                administrator auditor
accounts.user.manage              administrator system:seed
accounts.principal.view           administrator auditor pathologist ward_doctor screening_officer infection_control quality_manager
accounts.key.view                 administrator auditor
accounts.key.manage               administrator
accounts.session.view             administrator auditor
accounts.session.end              administrator

# --- the record and the queue
audit.event.view                  auditor privacy_officer
audit.read.view                   auditor privacy_officer
work.item.view                    technologist pathologist quality_manager administrator
work.item.decide                  pathologist quality_manager

# --- registry
patients.person.view              phlebotomist@to_collect technologist pathologist examining_physician psychologist screening_officer infection_control ward_doctor@in_care nurse@in_care visiting_clinician@granted participant@own
patients.person.find              phlebotomist technologist pathologist examining_physician psychologist screening_officer infection_control ward_doctor@in_care nurse@in_care visiting_clinician@granted
patients.person.register          technologist pathologist ward_doctor nurse screening_officer infection_control hospital_system
patients.person.amend             technologist pathologist screening_officer infection_control ward_doctor@in_care nurse@in_care hospital_system
patients.person.link              pathologist infection_control hospital_system
patients.duplicate.view           pathologist infection_control
patients.duplicate.decide         pathologist infection_control
patients.person.account           screening_officer
patients.location.view            phlebotomist technologist pathologist ward_doctor nurse examining_physician screening_officer infection_control quality_manager administrator
patients.location.manage          administrator infection_control
patients.bed.switch               administrator infection_control ward_doctor nurse
patients.census.view              pathologist ward_doctor nurse examining_physician infection_control quality_manager administrator
patients.census.export            infection_control quality_manager
patients.triage.view              technologist pathologist examining_physician infection_control ward_doctor@in_care nurse@in_care visiting_clinician@granted
patients.triage.record            ward_doctor nurse infection_control
patients.injury.view              technologist pathologist examining_physician infection_control ward_doctor@in_care nurse@in_care visiting_clinician@granted
patients.injury.record            ward_doctor nurse infection_control
patients.encounter.view           technologist pathologist examining_physician infection_control ward_doctor@in_care nurse@in_care visiting_clinician@granted system:sweep
patients.encounter.record         ward_doctor nurse infection_control hospital_system
patients.care.assign              administrator
patients.care.grant               pathologist ward_doctor@in_care
patients.intervention.view        technologist pathologist examining_physician infection_control ward_doctor@in_care nurse@in_care visiting_clinician@granted system:sweep
patients.intervention.record      pathologist infection_control ward_doctor@in_care
patients.pregnancy.view           technologist pathologist examining_physician ward_doctor@in_care nurse@in_care visiting_clinician@granted
patients.pregnancy.record         pathologist examining_physician ward_doctor@in_care nurse@in_care
patients.sign.catalogue           pathologist examining_physician infection_control quality_manager ward_doctor nurse visiting_clinician
patients.sign.draft               examining_physician infection_control quality_manager
patients.sign.approve             examining_physician infection_control quality_manager
patients.sign.view                pathologist examining_physician infection_control ward_doctor@in_care nurse@in_care visiting_clinician@granted
patients.sign.record              examining_physician infection_control ward_doctor@in_care nurse@in_care
patients.need.view                phlebotomist@to_collect technologist pathologist examining_physician psychologist screening_officer infection_control ward_doctor@in_care nurse@in_care visiting_clinician@granted
patients.need.record              examining_physician screening_officer infection_control ward_doctor@in_care nurse@in_care
patients.related.view             examining_physician psychologist screening_officer infection_control ward_doctor@in_care nurse@in_care
patients.related.record           screening_officer infection_control ward_doctor@in_care nurse@in_care
patients.quarantine.view          pathologist examining_physician screening_officer infection_control ward_doctor@in_care nurse@in_care system:sweep
patients.quarantine.order         infection_control examining_physician
patients.quarantine.lift          infection_control
patients.quarantine.review        infection_control examining_physician ward_doctor@in_care nurse@in_care
patients.quarantine.breach        infection_control examining_physician ward_doctor@in_care nurse@in_care
patients.quarantine.capacity      infection_control
patients.quarantinerule.view      pathologist examining_physician screening_officer infection_control ward_doctor nurse system:sweep
patients.quarantinerule.draft     infection_control examining_physician
patients.quarantinerule.approve   infection_control examining_physician
patients.exposure.view            pathologist examining_physician infection_control ward_doctor@in_care system:sweep
patients.exposure.record          infection_control ward_doctor@in_care
patients.cluster.view             pathologist examining_physician infection_control
patients.agent.view               pathologist examining_physician infection_control ward_doctor nurse
patients.agent.manage             infection_control
patients.followuprule.draft       infection_control pathologist
patients.followuprule.approve     infection_control pathologist
patients.followup.view            pathologist examining_physician infection_control ward_doctor@in_care nurse@in_care system:sweep
patients.followup.visit           infection_control ward_doctor@in_care nurse@in_care
patients.followup.decide          infection_control
patients.sighting.view            pathologist examining_physician infection_control ward_doctor@in_care nurse@in_care system:sweep
patients.sighting.record          infection_control ward_doctor@in_care nurse@in_care
patients.device.view              technologist pathologist examining_physician infection_control ward_doctor nurse
patients.device.manage            technologist examining_physician infection_control
patients.device.assign            examining_physician infection_control
patients.controller.view          technologist pathologist examining_physician infection_control ward_doctor@in_care nurse@in_care visiting_clinician@granted
patients.setpoint.draft           examining_physician infection_control ward_doctor@in_care
patients.setpoint.sign            pathologist examining_physician infection_control ward_doctor@in_care
patients.setting.record           technologist examining_physician infection_control ward_doctor@in_care nurse@in_care
patients.reading.record           technologist examining_physician infection_control ward_doctor@in_care nurse@in_care
patients.reading.send             instrument
patients.reading.decide           technologist examining_physician infection_control
patients.alarm.answer             examining_physician infection_control ward_doctor@in_care nurse@in_care
patients.document.view            technologist pathologist examining_physician infection_control ward_doctor
patients.document.draft           examining_physician infection_control
patients.document.sign            pathologist examining_physician infection_control
patients.killcode.read            pathologist examining_physician infection_control
patients.killcode.use             examining_physician infection_control

# --- laboratory
assays.catalogue.view             phlebotomist technologist pathologist ward_doctor nurse examining_physician quality_manager infection_control visiting_clinician
assays.catalogue.draft            pathologist quality_manager
assays.catalogue.approve          pathologist quality_manager
assays.range.sign                 pathologist
assays.order.view                 phlebotomist@to_collect technologist pathologist examining_physician infection_control ward_doctor@in_care nurse@in_care visiting_clinician@granted
assays.order.place                pathologist examining_physician ward_doctor@in_care hospital_system system:sweep
assays.order.cancel               pathologist examining_physician ward_doctor@in_care hospital_system
assays.order.look_at              technologist pathologist
assays.specimen.view              phlebotomist@to_collect technologist pathologist examining_physician infection_control ward_doctor@in_care nurse@in_care
assays.specimen.label             phlebotomist@to_collect technologist nurse@in_care
assays.specimen.collect           phlebotomist@to_collect technologist nurse@in_care ward_doctor@in_care
assays.specimen.receive           technologist pathologist
assays.specimen.identify          technologist pathologist hospital_system
assays.specimen.reject            technologist pathologist
assays.result.view                technologist pathologist examining_physician infection_control ward_doctor@in_care nurse@in_care visiting_clinician@granted system:sweep
assays.result.enter               technologist pathologist ward_doctor@in_care
assays.result.override            technologist pathologist
assays.downtime.enter             technologist pathologist
assays.result.send                instrument hospital_system
assays.result.verify              technologist pathologist
assays.result.release             pathologist
assays.result.correct             pathologist
assays.result.hold                technologist pathologist
assays.result.comment             technologist pathologist
assays.result.amend               pathologist
assays.analysis.view              technologist pathologist examining_physician infection_control ward_doctor@in_care system:sweep
assays.analysis.run               technologist pathologist examining_physician infection_control system:sweep
assays.dashboard.view             pathologist infection_control
assays.council.issue              pathologist infection_control
assays.nanite.describe            pathologist examining_physician infection_control
assays.group.view                 technologist pathologist examining_physician infection_control ward_doctor nurse quality_manager administrator
assays.group.manage               pathologist quality_manager
assays.group.assign               pathologist infection_control examining_physician ward_doctor@in_care
assays.group.patients             technologist pathologist examining_physician infection_control ward_doctor@in_care nurse@in_care
assays.group.work                 technologist pathologist examining_physician infection_control ward_doctor nurse
assays.shift.manage               pathologist quality_manager
assays.plate.read                 technologist pathologist
assays.signature.view             technologist pathologist quality_manager auditor
assays.report.view                technologist pathologist examining_physician infection_control ward_doctor@in_care nurse@in_care visiting_clinician@granted
assays.report.readers             pathologist
assays.report.issue               pathologist
assays.report.print               technologist pathologist examining_physician ward_doctor@in_care nurse@in_care
assays.report.interim             technologist pathologist
assays.critical.view              technologist pathologist examining_physician infection_control ward_doctor@in_care nurse@in_care
assays.critical.call              technologist pathologist
assays.critical.compliance        technologist pathologist quality_manager
assays.critical.export            pathologist quality_manager
assays.quality.view               technologist pathologist quality_manager
assays.quality.export             pathologist quality_manager
assays.export.view                quality_manager privacy_officer auditor
assays.inbox.view                 pathologist examining_physician ward_doctor@in_care nurse@in_care
assays.inbox.acknowledge          pathologist examining_physician ward_doctor@in_care
assays.inbox.oversee              technologist pathologist
assays.correction.acknowledge     technologist pathologist examining_physician infection_control ward_doctor nurse visiting_clinician
assays.correction.chase           technologist pathologist
assays.correction.close           pathologist
assays.instrument.view            technologist pathologist quality_manager administrator
assays.instrument.manage          administrator
assays.transmission.view          technologist pathologist quality_manager
assays.transmission.decide        technologist pathologist
assays.dispatch.decide            technologist pathologist
assays.ledger.view                technologist pathologist quality_manager auditor
assays.ledger.count               technologist pathologist quality_manager
assays.nonconformity.view         technologist pathologist quality_manager
assays.nonconformity.report       phlebotomist technologist pathologist ward_doctor nurse examining_physician infection_control quality_manager
assays.nonconformity.work         technologist pathologist quality_manager
assays.nonconformity.assign       pathologist quality_manager
assays.nonconformity.close        quality_manager
assays.control.view               technologist pathologist quality_manager
assays.control.record             technologist pathologist
assays.control.correct            pathologist quality_manager
assays.control.stock              technologist pathologist quality_manager
assays.control.target             pathologist quality_manager
assays.control.end                pathologist quality_manager
assays.lookback.view              technologist pathologist quality_manager
assays.lookback.open              technologist pathologist quality_manager
assays.lookback.decide            technologist pathologist
assays.lookback.close             pathologist quality_manager
assays.bench.view                 technologist pathologist quality_manager
assays.bench.record               technologist pathologist quality_manager
assays.bench.manage               pathologist quality_manager
assays.reagent.override           quality_manager
assays.eqa.view                   technologist pathologist quality_manager
assays.eqa.record                 technologist pathologist quality_manager
assays.eqa.score                  pathologist quality_manager
assays.storage.view               technologist pathologist quality_manager
assays.storage.use                technologist pathologist
assays.storage.manage             pathologist quality_manager
assays.custody.record             phlebotomist@to_collect technologist pathologist nurse@in_care ward_doctor@in_care
assays.shipment.view              technologist pathologist quality_manager
assays.shipment.prepare           technologist pathologist
assays.referral.manage            pathologist quality_manager
assays.disposal.view              technologist pathologist quality_manager
assays.disposal.propose           technologist pathologist
assays.disposal.confirm           technologist pathologist quality_manager
assays.ruleset.view               technologist pathologist quality_manager
assays.ruleset.live               pathologist
assays.ruleset.suspend            technologist pathologist quality_manager
assays.attempt.request            technologist pathologist
assays.attempt.choose             technologist pathologist
assays.result.autorelease         system:autoverify

# --- waivers, checks, clearance
consent.programme.view            examining_physician psychologist screening_officer infection_control quality_manager
consent.programme.manage          quality_manager
consent.programme.approve         quality_manager examining_physician
consent.enrolment.view            examining_physician psychologist screening_officer infection_control
consent.enrolment.record          screening_officer
consent.waiver.view               screening_officer examining_physician participant@guarded
consent.waiver.sign               screening_officer
consent.waiver.withdraw           screening_officer examining_physician psychologist gate_officer infection_control nurse@in_care ward_doctor@in_care participant@guarded
consent.guardian.manage           screening_officer
consent.check.view                examining_physician screening_officer psychologist
consent.medical.read              examining_physician
consent.medical.record            examining_physician
consent.psychological.record      psychologist
consent.psychological.read        psychologist
consent.capacity.view             examining_physician psychologist
consent.capacity.record           examining_physician psychologist
consent.questionnaire.view        psychologist quality_manager
consent.questionnaire.draft       psychologist
consent.questionnaire.approve     psychologist
consent.finding.clear             examining_physician
consent.clearance.view            examining_physician psychologist screening_officer infection_control participant@own
consent.clearance.own             participant@own
consent.clearance.gate            gate_officer examining_physician psychologist screening_officer infection_control participant@own
consent.board.view                examining_physician psychologist screening_officer
consent.revocation.acknowledge    examining_physician psychologist screening_officer infection_control
consent.recall.view               examining_physician psychologist screening_officer infection_control
consent.recall.work               examining_physician screening_officer infection_control
consent.notice.manage             screening_officer
consent.alert.view                examining_physician psychologist screening_officer
consent.alert.answer              examining_physician psychologist
consent.oncall.manage             examining_physician psychologist screening_officer
consent.departure.view            examining_physician screening_officer infection_control gate_officer
consent.departure.plan            screening_officer
consent.return.view               examining_physician psychologist screening_officer infection_control
consent.return.evaluate           examining_physician
consent.pass.issue                screening_officer gate_officer participant@own
consent.gate.scan                 screening_officer gate_officer
consent.gate.log                  screening_officer gate_officer
consent.posting.view              examining_physician psychologist screening_officer infection_control gate_officer
consent.posting.record            screening_officer gate_officer
consent.posting.late              screening_officer
consent.posting.return            screening_officer gate_officer examining_physician infection_control
consent.round.generate            screening_officer system:sweep
consent.appointment.view          examining_physician psychologist screening_officer participant@own
consent.appointment.plan          screening_officer system:sweep
"""


def parse(table: str) -> dict[str, dict[str, str]]:
    """Return permission -> role -> reach; refuses unknown roles and repeated permissions."""
    grants: dict[str, dict[str, str]] = {}
    for line in table.splitlines():
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        permission, *entries = words
        if permission in grants:
            raise ValueError(f"{permission} stands twice in the table of roles")
        pairs = (entry.partition("@") for entry in entries)
        grants[permission] = {_holder(role): reach or "any" for role, _at, reach in pairs}
    return grants


def _holder(name: str) -> str:
    return name if name.startswith("system:") else Role(name).value


GRANTS = parse(TABLE)
