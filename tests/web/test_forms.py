"""Forms tie each error and hint to its field, for those who do not see the page."""

from __future__ import annotations

from django import forms


class Reading(forms.Form):
    value = forms.DecimalField(label="Value <b>", help_text="In mmol/L.")
    kind = forms.ChoiceField(choices=[("a", "blood"), ("b", "urine")], widget=forms.RadioSelect)
    sure = forms.BooleanField(label="Read back")
    expected = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self) -> None:
        self.add_error(None, "The specimen was rejected meanwhile.")


def test_an_empty_form_complains_of_nothing() -> None:
    drawn = Reading().as_div()

    assert "errorlist" not in drawn
    assert 'role="alert"' not in drawn
    assert "Value &lt;b&gt;" in drawn
    assert 'aria-describedby="id_value_helptext"' in drawn
    assert 'id="id_value_helptext"' in drawn


def test_a_refused_form_says_where_and_why_once() -> None:
    drawn = Reading({"value": "***", "expected": "RESULTED"}).as_div()

    assert drawn.count("The specimen was rejected meanwhile.") == 1
    assert drawn.count("Enter a number.") == 1
    assert 'aria-invalid="true"' in drawn
    assert 'value="***"' in drawn
    assert 'role="alert"' in drawn
    assert "Nothing was recorded" not in drawn


def test_radio_buttons_stand_in_a_named_group() -> None:
    drawn = Reading().as_div()

    assert "<fieldset" in drawn
    assert "<legend>Kind" in drawn
    assert drawn.count('type="radio"') == 2


def test_a_hidden_field_gets_no_label() -> None:
    assert 'for="id_expected"' not in Reading().as_div()
