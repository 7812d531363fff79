"""Whatever labsys says it says in each of its languages, and the kept catalogues are those of the code."""

from __future__ import annotations

import pytest
from babel.messages.catalog import Catalog
from django.conf import settings
from django.core.management import CommandError, call_command
from django.template import Context, Template
from django.utils import translation

from labsys.accounts.roles import Role
from labsys.lib.wording import Refused
from labsys.web import translations
from tests.clients import client_of

LANGUAGES = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated(language: str) -> None:
    missing = translations.missing(language)

    assert not missing, (
        f"{len(missing)} without a translation, such as {missing[:5]}: "
        f"manage.py write_messages {language} --missing"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_fit_their_messages(language: str) -> None:
    assert translations.faults(language) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_kept_catalogues_are_those_of_the_code(language: str) -> None:
    path = translations.path_of(language)

    assert translations.written(translations.updated(language)) == path.read_bytes()
    assert (
        translations.compiled(translations.kept(language)) == path.with_suffix(".mo").read_bytes()
    )


def test_messages_of_code_rules_and_templates_are_found() -> None:
    found = translations.said()

    assert ("English", None) in found  # a call in Python
    assert ("Choose one.", None) not in found
    assert any("%(count)" in message[1] for message, _ in found if isinstance(message, tuple))
    assert len(found) > 7000


def test_other_placeholders_are_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue = Catalog(locale="fr")
    catalogue.add("%(count)d rows", "%(number)d lignes")
    catalogue.add("100 %% of %(all)s", "100 %% de %(all)s")
    catalogue.add(" and", "et")
    monkeypatch.setattr(translations, "kept", lambda _language: catalogue)

    assert len(translations.faults("fr")) == 2


def test_what_is_missing_is_listed_and_read_back(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.setattr(translations, "LOCALE", tmp_path)
    monkeypatch.setattr(
        translations, "said", lambda: {("A tube", None): None, (("%(n)s", "%(n)ss"), "x"): None}
    )
    call_command("write_messages", "fr", missing=True)
    assert capsys.readouterr().out.splitlines() == [
        '["A tube", null, null, ""]',
        '["%(n)s", "%(n)ss", "x", ""]',
    ]
    lines = tmp_path / "lines"
    lines.write_text(
        '["A tube", null, null, "Un tube"]\n["%(n)s", "%(n)ss", "x", ["%(n)s", "%(n)ss"]]\n'
    )

    call_command("write_messages", "fr", source=lines)

    assert translations.missing("fr") == []
    assert translations.path_of("fr").with_suffix(".mo").exists()
    lines.write_text('["A tube", null, null, "Un tube de %(n)s"]\n')
    with pytest.raises(CommandError, match="do not fit"):
        call_command("write_messages", "fr", source=lines)


@pytest.mark.django_db
def test_pages_and_refusals_speak_the_language_chosen() -> None:
    client = client_of(Role.NURSE)
    client.post("/language", {"language": "fr", "next": "/"})

    page = client.get("/persons/").content.decode()

    assert '<html lang="fr"' in page
    with translation.override("fr"):
        said = translation.gettext("Find a patient")
    assert said != "Find a patient"
    assert said in page


def test_a_refusal_of_a_pure_rule_can_be_said_in_each_language() -> None:
    from patients.rules import mrn

    with pytest.raises(Refused) as caught:
        mrn.check("12345")

    for language in LANGUAGES:
        with translation.override(language):
            assert translation.gettext(caught.value.message) != caught.value.message


def test_a_percent_sign_in_a_template_is_said_too() -> None:
    template = Template('{% load i18n %}{% translate "95 % interval" %}')

    with translation.override("fr"):
        assert template.render(Context()) == "Intervalle à 95\xa0%"
