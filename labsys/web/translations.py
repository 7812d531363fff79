"""What labsys says, as catalogues of messages: found in the code, kept per language, compiled.

English stands in the code. `labsys/locale/<language>/LC_MESSAGES/django.po` holds the other
languages and `django.mo` beside it is what a running labsys reads. A message whose English changed
is a new message: nothing is guessed from what resembles it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.template.base import Template
from django.template.engine import Engine
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

ROOMS = ("labsys", "patients", "assays", "consent")
LOCALE = settings.BASE_DIR / "labsys" / "locale"
PLURAL, CONTEXT = (1, 2), ((1, "c"), 2)
# What marks a message in Python.
KEYWORDS = {
    **dict.fromkeys(("_", "_now", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), PLURAL),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), CONTEXT),
}
LITERAL = re.compile(r"""(?<![\w])_\((?:"((?:[^"\\]|\\.)+)"|'((?:[^'\\]|\\.)+)')\)""")
PLACES = re.compile(r"%\((\w+)\)[#0\- +]*[\d.]*([a-zA-Z])|%([a-zA-Z%])")
NEVER = datetime(2000, 1, 1, tzinfo=UTC)

# The English message: a text, or a text and its plural; and what tells two alike apart.
Said = str | tuple[str, str]
Key = tuple[Said, str | None]


def path_of(language: str) -> Path:
    """Return where the messages of a language are kept."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


@lru_cache(maxsize=1)
def said() -> dict[Key, None]:
    """Return every message of the code and the templates, in a stable order."""
    found: set[Key] = set()
    for room in ROOMS:
        for path in sorted((settings.BASE_DIR / room).rglob("*")):
            if path.suffix == ".py":
                found.update(_in_python(path))
            elif path.suffix in (".html", ".txt") and "templates" in path.parts:
                found.update(_in_template(path))
    return dict.fromkeys(sorted(found, key=lambda key: (str(key[0]), key[1] or "")))


def _in_python(path: Path) -> Iterator[Key]:
    source = io.BytesIO(path.read_bytes())
    for _line, message, _comments, context in extract("python", source, KEYWORDS):
        if isinstance(message, tuple):
            message = (message[0], message[1])
        yield message, context


def _in_template(path: Path) -> Iterator[Key]:
    text = path.read_text(encoding="utf-8")
    nodes = Template(text, engine=_engine()).nodelist
    for node in nodes.get_nodes_by_type(TranslateNode):
        literal = getattr(node.filter_expression.var, "literal", None)
        if isinstance(literal, str):
            yield _asked_for(literal), _context_of(node)
    for node in nodes.get_nodes_by_type(BlockTranslateNode):
        # As Django looks them up: a blank per line, where the block is trimmed.
        singular = node.render_token_list(node.singular)[0]
        plural = node.render_token_list(node.plural)[0] if node.plural else ""
        if node.trimmed:
            singular, plural = _trimmed(singular), _trimmed(plural)
        yield (singular, plural) if plural else singular, _context_of(node)
    for double, single in LITERAL.findall(text):
        yield _asked_for(double or single), None


def _asked_for(literal: str) -> str:
    """Return what Django's templates look a literal up by: a percent sign is doubled, and undone."""
    return literal.replace("%", "%%")


def _engine() -> Engine:
    return Engine.get_default()


def _context_of(node: TranslateNode | BlockTranslateNode) -> str | None:
    context = node.message_context
    return None if context is None else str(context.resolve({}))


def _trimmed(text: str) -> str:
    return " ".join(line.strip() for line in text.strip().split("\n"))


def kept(language: str) -> Catalog:
    """Return the messages of a language as they are kept; an empty catalogue where there are none."""
    path = path_of(language)
    if not path.exists():
        return _catalogue(language)
    with path.open("rb") as file:
        return read_po(file, locale=language, domain="django")


def updated(language: str, translations: Mapping[Key, Said] | None = None) -> Catalog:
    """Return a language's catalogue of what is said now, with these translations put in."""
    before, after = kept(language), _catalogue(language)
    for key in said():
        message, context = key
        old = before.get(_id(message), context)
        string = old.string if old is not None else ""
        string = (translations or {}).get(key, string)
        # A message without a translation is one of nothing, whatever its number.
        after.add(
            message, string or ("" if isinstance(message, str) else ("", "")), context=context
        )
    return after


def _catalogue(language: str) -> Catalog:
    return Catalog(
        locale=language,
        domain="django",
        header_comment=f"# What labsys says, in {language}.",
        project="labsys",
        version="1",
        creation_date=NEVER,
        revision_date=NEVER,
        fuzzy=False,
    )


def _id(message: Said) -> str:
    return message if isinstance(message, str) else message[0]


def missing(language: str) -> list[Key]:
    """Return what is said now and has no translation."""
    catalogue = kept(language)
    return [key for key in said() if not _is_translated(catalogue.get(_id(key[0]), key[1]), key[0])]


def _is_translated(found: Message | None, message: Said) -> bool:
    if found is None or found.fuzzy or found.id != message:
        return False
    strings = [found.string] if isinstance(found.string, str) else list(found.string)
    return all(strings) and len(strings) == (1 if isinstance(message, str) else 2)


def faults(language: str) -> list[str]:
    """Return what is wrong with a language's messages: other placeholders, or other marks, than said."""
    wrong = []
    for found in kept(language):
        if not found.id:
            continue
        ids = [found.id] if isinstance(found.id, str) else list(found.id)
        strings = [found.string] if isinstance(found.string, str) else list(found.string)
        allowed = [_places(one) for one in ids]
        for string in filter(None, strings):
            if _places(string) not in allowed:
                wrong.append(f"{ids[0]!r}: {string!r} has other placeholders")
            if _edges(string) != _edges(ids[0]):
                wrong.append(f"{ids[0]!r}: {string!r} begins or ends with other blanks")
    return wrong


def _places(text: str) -> list[tuple[str, ...]]:
    return sorted(found for found in PLACES.findall(text))


def _edges(text: str) -> tuple[bool, bool]:
    return text[:1].isspace(), text[-1:].isspace()


def written(catalogue: Catalog) -> bytes:
    """Return a catalogue as its file holds it."""
    file = io.BytesIO()
    write_po(file, catalogue, width=100, no_location=True, sort_output=True)
    return file.getvalue()


def compiled(catalogue: Catalog) -> bytes:
    """Return a catalogue as a running labsys reads it."""
    file = io.BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()
