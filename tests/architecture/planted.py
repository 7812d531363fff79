"""What the tables of the planted persons ask for beyond one value per field.

By table: a value for each field, or a function of the world and the person whose row is planted.
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.core.files.base import ContentFile

from labsys.accounts.models import Principal
from labsys.accounts.roles import Role
from labsys.lib import contents
from labsys.web.dashboards import counting
from tests import factories

CANARY = "canary"
# What a table's constraints ask for beyond one value per field. Add a line where planting fails.
SPECIAL: dict[str, dict[str, Any]] = {
    "accounts.accesskey": {"expires_at": lambda world, person: world.at + timedelta(days=9)},
    "accounts.loginsession": {"end_reason": ""},
    "assays.transmissionmessage": {
        "instrument": lambda world, person: world.row(apps.get_model("assays.Instrument"), person)
    },
    "assays.endpoint": {"role": "HTTP", "port": None, "host": "", "folder": "", "pattern": ""}
    | {"stable_seconds": None, "idle_seconds": None, "answer_seconds": None, "fingerprints": []},
    "assays.analysisrun": {"repeats": None, "ended_at": None, "ended_by": None},
    "assays.analysispart": {
        "person": lambda world, person: person,
        "position": lambda world, person: person.pk if person else 1,
    },
    "assays.storedcontent": {
        "sha256": lambda world, person: contents.put(ContentFile(uuid.uuid4().bytes)).sha256,
        "media_type": "image/jpeg",
    },
    "assays.micrograph": {"withdrawn_at": None, "withdrawn_by": None, "withdrawn_because": ""},
    "assays.micrographview": {
        **{"refusal": None, "width": 640, "height": 480},
        "micrograph": lambda world, person: world.row(apps.get_model("assays.Micrograph"), person),
    }
    | dict.fromkeys(
        ("picture", "thumbnail"),
        lambda world, person: world.row(apps.get_model("assays.StoredContent"), None),
    ),
    "assays.benefitmeasures": {"after_days": 5, "settling_days": 2, "measures": []},
    "assays.endpointstate": {"state": "LISTENING"},
    "assays.workorder": {
        "dispatch": lambda world, person: world.row(apps.get_model("assays.Dispatch"), person)
    },
    "assays.ordernotice": {"kind": "TUBE", "earlier": None},
    "assays.downtimetyping": {
        "value": Decimal(1),
        "unit": "g/dL",
        "value_code": "",
        "absent_reason": "",
    },
    "assays.receipt": {"specimen": lambda world, person: world.specimen_of(person)},
    "assays.custodytransfer": {"giver": lambda world, person: factories.seed()},
    "assays.storedspecimen": {"column": lambda world, person: 2 if person == world.far else 1},
    "patients.exposure": {
        # The near one's stands in the address of its event.
        "event": lambda world, person: CANARY if person == world.far else "gathering",
    },
    "patients.sign": {"kind": "PRESENCE", "unit": "", "grades": [], "status": "DRAFT"},
    "patients.signobservation": {
        **{"grade": None, "value": None, "comparator": "", "unit": "", "is_present": True},
        **{"onset_precision": "UNKNOWN", "onset_at": None, "onset_uncertainty_hours": None},
        "resolved_at": None,
    },
    "patients.ultrasoundmeasurement": {"value": Decimal(24), "unit": "mm", "fetus": 1},
    "patients.pregnancydate": {"kind": "LAST_PERIOD", "uncertainty_days": 7},
    "patients.relatedperson": {"other": None, "until": None},
    "patients.careneed": {"until": None},
    "patients.controldocumentversion": {
        "sha256": lambda world, person: contents.put(ContentFile(b"coil 4")).sha256,
        **{"media_type": "text/plain", "size": 6, "sealed": None},
    },
    "patients.controllerassignment": {
        # One patient at a time.
        "since": lambda world, person: world.at - timedelta(days=9 if person == world.far else 2),
        "until": lambda world, person: (
            world.at - timedelta(days=8) if person == world.far else None
        ),
    },
    "patients.controllerevent": {"kind": "IN_SERVICE", "firmware": ""},
    "patients.controllerreading": {
        "verdict": "ABOVE",
        "set_point": lambda world, person: world.row(apps.get_model("patients.SetPoint"), person),
        "read_at": lambda world, person: world.at - timedelta(days=9 if person == world.far else 1),
    },
    "patients.controlleralarm": {"side": "ABOVE", "closed_at": None, "closed_by": None}
    | {"what_was_done": ""},
    "patients.heldreading": {
        **{"dismissed_at": None, "dismissed_by": None, "dismissed_because": ""}
    },
    "patients.setpoint": {"discarded_at": None, "discarded_by": None, "discarded_because": ""},
    **{
        f"patients.{noun}signature": {
            **{"position": 1, "sha256": "0" * 64},
            "step_up": lambda world, person: world.row(apps.get_model("accounts.StepUp"), None),
        }
        for noun in ("setpoint", "controldocument")
    },
    "patients.personlink": {"duplicate": lambda world, person: world.double_of(person)},
    "patients.duplicatecandidate": {
        "first": lambda world, person: person,
        "second": lambda world, person: world.double_of(person),
    },
    "patients.persondistinction": {
        "first": lambda world, person: person,
        "second": lambda world, person: world.double_of(person),
    },
    "patients.followuprule": {"approved_by": None, "approved_at": None, "in_force_from": None},
    "patients.followupdecision": {"kind": "CANCELLED", "until": None},
    "assays.grouppatient": {
        "until": None,
        "group": lambda world, person: world.group_of(person),
    },
    "assays.groupmember": {
        # Whoever calls works in the near person's group already.
        "principal": lambda world, person: factories.principal(Role.NURSE),
        "until": None,
    },
    "assays.shift": {
        **{"cancelled_at": None, "cancelled_by": None, "cancelled_because": ""},
        "ends_at": lambda world, person: world.at + timedelta(hours=8),
    },
    "assays.handover": {"corrects": None},
    "assays.eqascore": {"sd": Decimal(1)},
    "assays.patientaverage": {"weight": Decimal(1)},
    "assays.lookback": {"until": lambda world, person: world.at},
    "assays.reportversion": {
        "content": lambda world, person: world.said_of(person),
        "sha256": "0" * 64,
    },
    "assays.reportdocument": {"sha256": "0" * 64},
    "consent.waiversignature": {
        "proof": "PASSWORD",
        "account": lambda world, person: factories.seed(),
        **{"drawing": None, "drawing_sha256": "", "sha256": "0" * 64},
    },
    "assays.cumulativereport": {
        "content": lambda world, person: world.said_of_all(person),
        "since": lambda world, person: world.at.date(),
        "until": lambda world, person: world.at.date(),
        "sections": [],
        "sha256": "0" * 64,
    },
    "assays.cumulativedocument": {"sha256": "0" * 64},
    "assays.councilreport": {
        # What corrects an earlier version says why; the far one's reason would be the canary.
        **{"version": 1, "corrects": None, "reason": ""},
        **{"sha256": "0" * 64, "content_sha256": "0" * 64},
        "content": {"sections": [], "facts": []},
        "number": lambda world, person: 2 if person == world.far else 1,
    },
    "assays.figuresnapshot": {
        "content": lambda world, person: counting.count(
            Principal.objects.system("sweep"), at=world.at
        ),
    },
    "assays.contactattempt": {
        "call": lambda world, person: world.row(apps.get_model("assays.CriticalCall"), person),
        "outcome": "UNABLE_TO_REACH",
        "read_back": "",
    },
    "assays.dataexport": {"sha256": "0" * 64},
    "assays.escalation": {
        "call": lambda world, person: world.row(apps.get_model("assays.CriticalCall"), person)
    },
    "assays.rangesignature": {
        "interval": lambda world, person: world.row(
            apps.get_model("assays.ReferenceInterval"), None
        )
    },
    "assays.rangerefusal": {
        "interval": lambda world, person: world.row(
            apps.get_model("assays.ReferenceInterval"), None
        )
    },
    "assays.resultcomment": {"kind": "COMMENT"},
    "assays.reflexfiring": {"outcome": "ORDERED_BEFORE"},
    "assays.correctionnotice": {"reader": lambda world, person: factories.seed()},
    "assays.signature": {
        "sha256": "0" * 64,
        "shown_sha256": "",
        "rule_set": "",
        "step_up": lambda world, person: world.row(apps.get_model("accounts.StepUp"), None),
    },
    "assays.attemptrequest": {"kind": "REPEAT", "factor": None, "applied_by": ""},
    "assays.controlitem": {
        "delivery": "WAITING",
        "reason_code": "UNKNOWN",
        "measurement": None,
        "decided_by": None,
    },
    "assays.controlhold": {"end_basis": "", "end_reason": ""},
    "assays.controlmeasurement": {"comparator": "", "value": 1, "unit": "g/dL"},
    "assays.signedresult": {"sha256": "0" * 64},
    "assays.naniteprofile": {
        "position": lambda world, person: 2 if person == world.far else 1,
        "content": {"markers": {"N01": ["11"]}, "intensities": {}, "quality": {}},
        **{"corrects": None, "is_withdrawal": False, "markers": 1},
    },
    "assays.naniteestimate": {
        "estimate": {
            "per_1000_red_cells": {"low": 0.5, "high": 2.0},
            **{"fields": 1, "red_cells": 1000, "nanites": 1},
        }
    },
    "consent.recall": {"due_at": lambda world, person: world.at + timedelta(days=2)}
    | {"state": "OPEN", "ended_at": None},
    "consent.clinicalalert": {"state": "OPEN", "acknowledged_by": None, "acknowledged_at": None}
    | {"closed_by": None, "closed_at": None, "answer": ""}
    | {"recorded_at": lambda world, person: world.at - timedelta(hours=1)},
    "consent.delivery": {
        "transition": lambda world, person: world.row(
            apps.get_model("consent.ClearanceTransition"), person or world.near
        )
    },
    "consent.oncall": {"until": lambda world, person: world.at + timedelta(days=1)}
    | {"ended_by": None, "ended_at": None},
    "consent.clearancetransition": {"status": "CLEARED", "change": "REVOKED"},
    "consent.programmeversion": {"name": "Survey"},
    "consent.check": {"kind": "PSYCHOLOGICAL"},
    "consent.checkannulment": {"code": ""},
    "consent.secondinterview": {
        "by_check": lambda world, person: world.plant(apps.get_model("consent.Check"), person)
    },
    "consent.individualdecision": {
        "second_clinician": lambda world, person: factories.principal(Role.EXAMINING_PHYSICIAN)
    },
    "consent.posting": {"ended_at": lambda world, person: world.at},
    "consent.gatepass": {"expires_at": lambda world, person: world.at + timedelta(minutes=9)},
    "consent.gatescan": {"person": lambda world, person: person},
    "consent.returnevaluation": {
        "outcome": "QUARANTINE",
        "quarantine": lambda world, person: world.row(
            apps.get_model("patients.QuarantineOrder"), person
        ),
    },
    "consent.roundslot": {"state": "OPEN", "closed_at": None},
    "consent.appointment": {
        "state": "BOOKED",
        "ended_at": None,
        "ends_at": lambda world, person: world.at + timedelta(minutes=30),
        "make_up_of": None,
    },
    "consent.checklift": {
        "lifted": lambda world, person: world.plant(apps.get_model("consent.Check"), person)
    },
}
