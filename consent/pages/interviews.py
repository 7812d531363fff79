"""What a psychologist fills in: the items of the questionnaires, the interview, the notes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from consent.pages.forms import moment_field
from consent.rules import cooling_off
from consent.rules.definitions import questionnaires
from consent.rules.questionnaires import Answer
from consent.rules.voluntariness import Interview, domains
from consent.rules.wordings import Wording

REFLECTION = {
    0: _("Between being informed and signing lay the time that the programme asks."),
    1: _(
        "Less time lay between being informed and signing than the programme asks: rated 1, whatever "
        "is chosen."
    ),
}


@dataclass(frozen=True)
class Section:
    """One panel of the form: a questionnaire or the interview."""

    title: Any
    instruction: Any
    fields: list[forms.BoundField]
    wording: Wording | None = None
    note: Any = ""


def _choice(label: str, options: Mapping[int, str]) -> forms.TypedChoiceField:
    shown = [
        (str(value), f"{value} – {text}" if text else str(value)) for value, text in options.items()
    ]
    return forms.TypedChoiceField(
        label=label,
        choices=[("", "—"), *shown],
        coerce=int,
        empty_value=None,
        required=False,
    )


def key_of(name: str) -> str:
    """Return a questionnaire's name as the fields' names begin; an id on a page has no blank."""
    return name.replace(" ", "-")


class RatingsForm(forms.Form):
    """The domains of the interview on voluntariness, when it was held, and notes."""

    performed_at = moment_field(_("Performed at"))

    def __init__(self, data: Any = None, *, computed: int | None = None) -> None:
        """Take what is filled in; `computed` rates the time to reflect, None where it is not known."""
        super().__init__(data, label_suffix="")
        self.computed = computed
        for code, domain in domains().items():
            self.fields[f"interview:{code}"] = _choice(
                f"{domain.title}: {domain.question}", dict(enumerate(domain.ratings))
            )
        self.fields["notes"] = forms.CharField(
            label=_("Notes"), required=False, widget=forms.Textarea(attrs={"rows": 6})
        )

    def sections(self) -> Iterator[Section]:
        """Yield each panel with its fields."""
        note = "" if self.computed is None else REFLECTION[self.computed]
        fields = self._under("interview")
        yield Section(_("Interview on voluntariness"), _("In private."), fields, note=note)

    def _under(self, name: str) -> list[forms.BoundField]:
        return [self[field] for field in self.fields if field.startswith(f"{name}:")]

    def ratings(self) -> dict[str, int]:
        """Return the domains that were rated."""
        given = {code: self.cleaned_data[f"interview:{code}"] for code in domains()}
        rated = {code: rating for code, rating in given.items() if rating is not None}
        return cooling_off.applied(rated, self.computed)

    def held(self, by: str) -> Interview | None:
        """Return the interview of this interviewer, None where nothing was rated."""
        ratings = self.ratings()
        return Interview(interviewer=by, ratings=ratings) if ratings else None


class InterviewForm(RatingsForm):
    """Every item of the questionnaires that are asked, besides the interview.

    What the programme asks is always there; what the psychologist asks besides is ticked in `also`.
    """

    def __init__(
        self,
        data: Any = None,
        *,
        required: Sequence[str],
        words: Mapping[str, Wording],
        computed: int | None = None,
    ) -> None:
        super().__init__(data, computed=computed)
        self.required, self.words = tuple(required), words
        others = [name for name in questionnaires() if name not in required]
        self.fields["also"] = forms.MultipleChoiceField(
            label=_("Ask besides"),
            choices=[(name, name) for name in others],
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
        ticked = data.getlist("also") if data is not None else []
        self.asked = (*required, *(name for name in others if name in ticked))
        for name in self.asked:
            wording = words[name]
            for number, item in enumerate(wording.items, start=1):
                label = f"{number}. {item}" if item else _("Item %(number)s") % {"number": number}
                field = _choice(label, wording.options[number - 1])
                self.fields[f"{key_of(name)}:{number}"] = field
                self._ask_again(name, number, wording.options[number - 1])

    def _ask_again(self, name: str, number: int, options: Mapping[int, str]) -> None:
        """Add a field for each further trial that the answers so far call for."""
        definition = questionnaires()[name]
        for trial in range(2, definition.most_trials + 1):
            *_earlier, before = self._trials_of(name, number)
            if self.data.get(before) != str(definition.asks_again_at):
                return
            label = _("%(number)s., explained and asked again, trial %(trial)s of %(most)s") % {
                "number": number,
                "trial": trial,
                "most": definition.most_trials,
            }
            self.fields[f"{key_of(name)}:{number}:{trial}"] = _choice(label, options)

    def _trials_of(self, name: str, number: int) -> list[str]:
        """Return the fields of one item: the first answer, and those to further trials."""
        first = f"{key_of(name)}:{number}"
        return [field for field in self.fields if field == first or field.startswith(f"{first}:")]

    def _answer(self, name: str, number: int) -> Answer:
        given = [self.cleaned_data.get(field) for field in self._trials_of(name, number)]
        every = [one for one in given if one is not None]
        return every if len(every) > 1 else given[0]

    def sections(self) -> Iterator[Section]:
        for name in self.asked:
            words = self.words[name]
            yield Section(words.title, words.instruction, self._under(key_of(name)), words)
        yield from super().sections()

    def answers(self) -> dict[str, list[Answer]]:
        """Return the answers of each questionnaire that was begun, or has to be, as far as read."""
        given = {
            name: [self._answer(name, item) for item in range(1, len(self.words[name].items) + 1)]
            for name in self.asked
        }
        return {
            name: answers
            for name, answers in given.items()
            if name in self.required or any(one is not None for one in answers)
        }
