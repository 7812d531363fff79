"""What checks from outside call can be imported and called where Django is not installed."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.architecture.source import ROOT

# Stands in front of every other finder, so that nothing of these is ever found.
BLOCKED = """
import sys

class Nowhere:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"django", "rest_framework", "celery", "psycopg", "redis"}:
            raise ModuleNotFoundError(f"{name} is not installed here")

sys.meta_path.insert(0, Nowhere())
"""
CALLS = {
    "westgard": (
        "from assays.rules.westgard import evaluate\n"
        "assert [one.rule for one in evaluate([3.1])] == ['1-2s', '1-3s']"
    ),
    "calculated": (
        "from assays.rules.calculated import calculate\n"
        "assert calculate('anion_gap', na=140, cl=104, hco3=24).value == 12"
    ),
    "reference_intervals": (
        "from assays.rules.contexts import PatientContext\n"
        "from assays.rules.reference_intervals import select\n"
        "found = select(PatientContext(species='human'), unit='g/L', rows=[])\n"
        "assert found.outcome == 'NOT_ESTABLISHED'"
    ),
    "delta_check": (
        "from datetime import timedelta\n"
        "from assays.rules.delta_check import DeltaRule, check\n"
        "found = check(5, 4, elapsed=timedelta(days=1), rule=DeltaRule(percent=20))\n"
        "assert found.verdict == 'EXCEEDED'"
    ),
    "least_squares": (
        "from assays.numerics.least_squares import fit\n"
        "found = fit(lambda x, a, b: a + b * x, [0, 1, 2], [1, 3, 5.1], (0, 0))\n"
        "assert round(float(found.parameters[1]), 2) == 2.05"
    ),
    "calibration": (
        "from assays.numerics.calibration import back_calculate, fit\n"
        "curve = fit([0, 1, 5, 20, 80, 300], [0.05, 0.1, 0.3, 0.9, 1.9, 2.5], theta=0)\n"
        "assert back_calculate(curve, [9.0]).shown == '>300'\n"
        "assert 'numba' not in sys.modules"
    ),
    "interpret": (
        "from assays.instruments import interpret\n"
        "raw = b'H|\\\\^&|||ANALYSER\\rO|1|A-1||^^^GLU\\rR|1|^^^GLU|5.4|mmol/L||N||F\\rL|1|N\\r'\n"
        "(found,) = interpret(raw, 'lis2a2')\n"
        "assert (found.specimen_id, str(found.value), found.unit) == ('A-1', '5.4', 'mmol/L')"
    ),
    "suggest": (
        "from assays.instruments.drivers import suggest\n"
        "assert suggest(b'H|\\\\^&|||m2000^9.0^1\\rL|1|N\\r') == 'abbott-m2000'"
    ),
    "passes": (
        "from datetime import UTC, datetime, timedelta\n"
        "from consent.rules.passes import GatePass, issue, public_bytes, signing_key, verify\n"
        "now, key = datetime(2026, 1, 1, tzinfo=UTC), signing_key(b'k' * 32)\n"
        "one = GatePass(kid='k1', id='0' * 32, who='1', programme='p', issued_at=now,\n"
        "    expires_at=now + timedelta(minutes=15))\n"
        "keys = {'k1': public_bytes(key)}\n"
        "assert verify(issue(one, key), keys=keys, revoked=(), at=now).status == 'CLEARED'"
    ),
    "autoverification": (
        "from assays.rules.autoverification import Subject, evaluate\n"
        "from labsys.lib.quantities import parse_quantity\n"
        "value = parse_quantity('4.2', unit='mmol/L')\n"
        "assert evaluate(Subject(assay='K', value=value), []).decision == 'HOLD'"
    ),
    "kinetics": (
        "from assays.numerics.kinetics import fit_load\n"
        "assert fit_load([0, 1, 2, 3], [8, 4, 2, 1]).segments[0].doubling.direction == 'decay'"
    ),
    "epidemic": (
        "from assays.numerics.epidemic import reproduction_number\n"
        "found = reproduction_number([1] * 9, mean_serial_interval=2.6, sd_serial_interval=1.5)\n"
        "assert len(found.windows) == 2"
    ),
    "micrograph": (
        "import numpy as np\n"
        "from assays.numerics.micrograph import count\n"
        "y, x = np.mgrid[0:120, 0:160]\n"
        "field = np.full((120, 160, 3), 220)\n"
        "for at in (30, 80, 130): field[np.hypot(x - at, y - 60) < 18] = (200, 150, 170)\n"
        "assert len(count(field.astype(np.uint8)).red_cells) == 3"
    ),
    "clearance": (
        "from datetime import UTC, datetime\n"
        "from consent.rules.clearance import decide\n"
        "from consent.rules.facts import Facts\n"
        "from consent.rules.programmes import Programme\n"
        "programme = Programme(id='survey', versions=())\n"
        "found = decide(Facts(), programme=programme, at=datetime(2026, 1, 5, tzinfo=UTC))\n"
        "assert not found.is_cleared and 'NOT_ENROLLED' in found.reasons"
    ),
    "profiles": (
        "from assays.numerics.profiles import Catalogue, match_probability\n"
        "assert 'numba' not in sys.modules\n"
        "found = Catalogue({'a': {'A': (1, 2)}, 'b': {'A': (3,)}}).search({'A': (1,)}, 1)\n"
        "assert (found[0].id, found[0].score) == ('a', 0.5)\n"
        "assert match_probability({'A': (1, 1)}, {'A': {'1': 0.5}}).probability == 0.25"
    ),
    "questionnaires": (
        "from consent.rules.questionnaires import score\n"
        "found = score('PHQ-9', [1, 1, 2, 1, 0, 1, 1, 0, 0])\n"
        "assert (found.total, found.band, found.alerts) == (7, 'mild', ())"
    ),
    "news2": (
        "from decimal import Decimal\n"
        "from consent.rules.news2 import Subject, Vitals, score\n"
        "vitals = Vitals(respiration_per_min=16, spo2_percent=97, on_oxygen=False,\n"
        "    systolic_mmhg=124, pulse_per_min=72, consciousness='A',\n"
        "    temperature_celsius=Decimal('36.8'))\n"
        "assert score(vitals, Subject(species='human', age_years=30, is_pregnant=False)).total == 0"
    ),
}


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{code}"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("name", CALLS)
def test_a_pure_function_is_called_where_django_cannot_be_imported(name: str) -> None:
    done = run(BLOCKED + CALLS[name])

    assert (done.returncode, done.stderr) == (0, "")


def test_where_it_is_blocked_django_cannot_be_imported() -> None:
    done = run(BLOCKED + "import django")

    assert "django is not installed here" in done.stderr
