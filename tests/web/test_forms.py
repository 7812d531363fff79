"""Forms tie each error and hint to its field, for those who do not see the page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import django
from django import forms
from django.template import engines
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy


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


class Offered(forms.Select):
    """A select whose options have attributes."""

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        made = super().create_option(*args, **kwargs)
        return {**made, "attrs": {**made["attrs"], "data-of": '<">', "disabled": True, "x": False}}


class AsDjango:
    """Renders a select as Django's own template says it."""

    def render(self, _name: str, context: dict[str, Any], request: Any = None) -> str:
        kept = Path(django.__file__).parent / "forms/templates/django/forms/widgets/select.html"
        return str(engines["django"].from_string(kept.read_text()).render(context)).strip()


def test_a_select_says_what_the_template_of_django_says() -> None:
    plain = [
        ("", "<none>"),
        (1, "a\"'b"),
        (12345, 12345),
        (1.5, 1.5),
        ("x", gettext_lazy("Records")),
    ]
    grouped = [("G <1>", [("q", mark_safe("&amp;")), ("<r>", "R")]), *plain]
    kinds = (forms.Select, forms.SelectMultiple, Offered)

    for widget in (kind(choices=grouped, attrs={"id": "i", "required": True}) for kind in kinds):
        for value in (None, ["q"], ["<r>", "x"], "12345"):
            written = widget.render('na"me', value)
            assert written == widget.render('na"me', value, renderer=AsDjango())  # type: ignore[arg-type]
