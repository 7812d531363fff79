"""Electrolytes."""

from __future__ import annotations

from decimal import Decimal

from assays.rules.calculated.definitions import Definition, Input, OtherUnit
from assays.rules.calculated.formulas.terms import (
    ALB_G_DL,
    ALB_G_L,
    CL,
    GLUCOSE_TO_MG,
    GLUCOSE_TO_MMOL,
    HCO3,
    NA,
    ZERO,
    K,
)
from labsys.lib.wording import gettext_noop as _

# Payne found a slope of 1 (calcium - albumin + 4.0, mg/dL and g/dL); in use is 0.8, which is 0.02
# mmol/L for each g/L.
_OF_PAYNE = "After Payne RB et al. Br Med J 1973;4:643-646, with the slope in use"
_FIGGE = "Figge J et al. Crit Care Med 1998;26:1807-1810"

ELECTROLYTES = (
    Definition(
        name="anion_gap",
        title="Anion gap",
        unit="mmol/L",
        decimals=0,
        inputs=(NA, CL, HCO3),
        is_human_only=False,
        formula="na - (cl + hco3)",
        reference="Emmett M, Narins RG. Medicine 1977;56:38-54",
    ),
    Definition(
        name="anion_gap_with_potassium",
        title="Anion gap with potassium",
        unit="mmol/L",
        decimals=0,
        inputs=(NA, K, CL, HCO3),
        is_human_only=False,
        formula="na + k - (cl + hco3)",
        reference="Emmett M, Narins RG. Medicine 1977;56:38-54",
    ),
    Definition(
        name="anion_gap_albumin_corrected",
        title="Anion gap albumin-corrected",
        unit="mmol/L",
        decimals=0,
        inputs=(NA, CL, HCO3, ALB_G_DL),
        formula="na - (cl + hco3) + 2.5 * (4 - albumin_g_dl)",
        reference=_FIGGE,
    ),
    Definition(
        name="corrected_calcium_mg_dl",
        title="Corrected calcium (mg/dL)",
        unit="mg/dL",
        decimals=1,
        inputs=(Input("ca", "mg/dL", _("Calcium"), ("calcium",)), ALB_G_DL),
        formula="ca + 0.8 * (4 - albumin_g_dl)",
        lowest=ZERO,
        reference=_OF_PAYNE,
    ),
    Definition(
        name="corrected_calcium_mmol_l",
        title="Corrected calcium (mmol/L)",
        unit="mmol/L",
        decimals=2,
        inputs=(Input("ca", "mmol/L", _("Calcium"), ("calcium",)), ALB_G_L),
        formula="ca + 0.02 * (40 - albumin_g_l)",
        lowest=ZERO,
        reference=_OF_PAYNE,
    ),
    Definition(
        name="osmolality_calculated",
        title="Osmolality calculated",
        unit="mosm/kg",
        decimals=0,
        aliases=("osmolality",),
        inputs=(
            NA,
            Input("glucose_mg_dl", "mg/dL", _("Glucose"), ("glucose",), GLUCOSE_TO_MG),
            Input(
                "bun_mg_dl",
                "mg/dL",
                _("Urea nitrogen"),
                ("bun",),
                (OtherUnit("mmol/L", Decimal("2.8")),),
            ),
        ),
        is_human_only=False,
        formula="2 * na + glucose_mg_dl / 18 + bun_mg_dl / 2.8",
        reference="Dorwart WV, Chalmers L. Clin Chem 1975;21:190-194, as simplified in use",
    ),
    Definition(
        name="osmolality_calculated_mmol_l",
        title="Osmolality calculated (mmol/L)",
        unit="mosm/kg",
        decimals=0,
        inputs=(
            NA,
            Input("glucose_mmol_l", "mmol/L", _("Glucose"), ("glucose",), GLUCOSE_TO_MMOL),
            Input("urea_mmol_l", "mmol/L", _("Urea"), ("urea",)),
        ),
        is_human_only=False,
        formula="2 * na + glucose_mmol_l + urea_mmol_l",
        reference="Dorwart WV, Chalmers L. Clin Chem 1975;21:190-194, as simplified in use",
    ),
)
