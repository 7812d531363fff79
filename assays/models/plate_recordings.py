"""Recordings of plates: what became results, controls and requests, once per plate."""

from __future__ import annotations

from django.db import models

from assays.models.analysis_runs import AnalysisPart
from labsys.accounts.models import Principal
from labsys.lib.records import Audit, Export, Record


class PlateRecording(Record):
    """One plate whose results were recorded: what came of each control and specimen.

    ``plate_digest`` is of the assay and both files, so that a plate that is evaluated again, or sent
    again, is not recorded again.
    """

    AUDIT = Audit.FACT
    EXPORT = {
        Export.CLINICAL: "controls specimens",
        Export.TECHNICAL: "id part plate_digest recorded_by recorded_at",
    }

    part = models.OneToOneField(
        AnalysisPart, on_delete=models.PROTECT, related_name="plate_recording"
    )
    plate_digest = models.CharField(max_length=64, unique=True)
    controls = models.JSONField()
    specimens = models.JSONField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.part_id} {self.recorded_at:%Y-%m-%d %H:%M}"


class PlateAddition(Record):
    """What came, at a later time, of specimens that the recording of a plate had left out.

    ``specimens`` are told as in the recording, those alone of which it was asked again; the newest
    that is told of a specimen holds. ``part`` is the evaluation that was recorded.
    """

    AUDIT = Audit.FACT
    EXPORT = {
        Export.CLINICAL: "specimens",
        Export.TECHNICAL: "id recording part recorded_by recorded_at",
    }

    recording = models.ForeignKey(
        PlateRecording, on_delete=models.PROTECT, related_name="additions"
    )
    part = models.ForeignKey(AnalysisPart, on_delete=models.PROTECT, related_name="+")
    specimens = models.JSONField()
    recorded_by = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.recording}, {self.recorded_at:%Y-%m-%d %H:%M}"
