"""A refusal stands beside the field it names, in the reader's language, or above the form."""

from __future__ import annotations

from django import forms
from django.utils import translation

from labsys.lib.errors import Conflict, InvalidInput, InvalidInputs
from labsys.lib.refusals import refuse, sentence
from labsys.lib.wording import Refused


class WeightForm(forms.Form):
    weight = forms.CharField(required=False)
    unit = forms.CharField(required=False)


def filled() -> WeightForm:
    form = WeightForm({"weight": "1"})
    form.is_valid()
    return form


def test_a_refusal_stands_beside_its_field() -> None:
    form = filled()

    refuse(form, InvalidInput("Too heavy.", field="weight"))

    assert form.errors == {"weight": ["Too heavy."]}


def test_several_stand_beside_theirs() -> None:
    form = filled()

    refuse(form, InvalidInputs([("weight", "Too heavy."), ("unit", "Unknown.")]))

    assert form.errors == {"weight": ["Too heavy."], "unit": ["Unknown."]}


def test_what_names_no_field_of_the_form_stands_above_it() -> None:
    for refusal in (Conflict("Moved."), InvalidInput("Gone.", field="height")):
        form = filled()

        refuse(form, refusal)

        assert form.non_field_errors() == [str(refusal)]


def test_a_sentence_of_a_pure_rule_is_filled_in_after_it_is_translated() -> None:
    with translation.override("fr"):
        assert sentence(Refused("x", "Value %(n)s.", n=3)) == "Value 3."
