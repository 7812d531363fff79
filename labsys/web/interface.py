"""The written interface of the API: OpenAPI for programs, a page for people.

The page is made here instead of by Swagger UI or ReDoc: both bring inline styles that the content
security policy refuses, and neither reads well aloud or on paper.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularJSONAPIView

from labsys.accounts.permissions import ANYONE_LOGGED_IN, requires


class InstrumentKey(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How instruments say who they are."""

    target_class = "labsys.accounts.authentication.AccessKeyAuthentication"
    name = "instrumentKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        said = "`Instrument <key>`: the key that an administrator issued for the instrument."
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": said}


class PersonSession(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How people say who they are."""

    target_class = "labsys.accounts.authentication.PersonAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        said = "The cookie of a login; writing needs the CSRF token too."
        return {"type": "apiKey", "in": "cookie", "name": "sessionid", "description": said}


class SchemaView(SpectacularJSONAPIView):  # type: ignore[misc]
    """OpenAPI 3 as JSON, for whoever may use the API at all."""

    permissions: ClassVar[dict[str, str]] = {"GET": ANYONE_LOGGED_IN}


@dataclass(frozen=True)
class Field:
    """One field of a body, with its place."""

    path: str
    type: str
    is_required: bool
    description: str


@dataclass(frozen=True)
class Operation:
    """One address with one method, as the page shows it."""

    id: str
    method: str
    path: str
    summary: str
    description: list[str]
    parameters: list[Mapping[str, Any]]
    fields: list[Field]
    examples: list[tuple[str, str]]
    responses: list[tuple[str, str, list[Field], list[tuple[str, str]]]]


@lru_cache(maxsize=1)
def schema() -> dict[str, Any]:
    """Return the whole interface; it changes only with the code."""
    found: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return json.loads(json.dumps(found, default=str))  # type: ignore[no-any-return]


@require_http_methods(["GET", "HEAD"])
@requires(ANYONE_LOGGED_IN)
def page(request: HttpRequest) -> HttpResponse:
    """Show every operation with its fields, answers and examples."""
    context = {"operations": list(operations(schema())), "security": security(schema())}
    return render(request, "web/interface.html", context)


def security(found: Mapping[str, Any]) -> list[tuple[str, str]]:
    schemes = found.get("components", {}).get("securitySchemes", {})
    return [(name, scheme.get("description", "")) for name, scheme in sorted(schemes.items())]


def operations(found: Mapping[str, Any]) -> Iterator[Operation]:
    for path, methods in sorted(found["paths"].items()):
        for method, operation in sorted(methods.items()):
            yield _operation(found, path, method, operation)


def _operation(
    found: Mapping[str, Any], path: str, method: str, operation: Mapping[str, Any]
) -> Operation:
    body = operation.get("requestBody", {}).get("content", {})
    content = next(iter(body.values()), {})
    responses = []
    for status, response in sorted(operation.get("responses", {}).items()):
        answered = next(iter(response.get("content", {}).values()), {})
        fields = list(_fields(found, answered.get("schema", {})))
        said = response.get("description") or ""
        responses.append((status, said, fields, _examples(answered)))
    return Operation(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation.get("summary", ""),
        description=[part for part in operation.get("description", "").split("\n") if part],
        parameters=operation.get("parameters", []),
        fields=list(_fields(found, content.get("schema", {}))),
        examples=_examples(content),
        responses=responses,
    )


def _examples(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (
            example.get("summary") or name,
            json.dumps(example.get("value"), indent=2, ensure_ascii=False),
        )
        for name, example in content.get("examples", {}).items()
    ]


def _fields(found: Mapping[str, Any], node: Mapping[str, Any], path: str = "") -> Iterator[Field]:
    """Flatten a schema into one line per field: `results[].value`."""
    node = _resolved(found, node)
    required = set(node.get("required", ()))
    for name, child in node.get("properties", {}).items():
        child = _resolved(found, child)
        place = f"{path}.{name}" if path else name
        yield Field(place, _type(found, child), name in required, child.get("description", ""))
        yield from _fields(found, child, place)
        for choice in child.get("oneOf", ()):
            yield from _fields(found, choice, place)
        if child.get("type") == "array":
            yield from _fields(found, child.get("items", {}), f"{place}[]")


def _resolved(found: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = node.get("$ref", "")
    if not reference:
        return node
    target: Any = found
    for part in reference.removeprefix("#/").split("/"):
        target = target[part]
    return target  # type: ignore[no-any-return]


def _type(found: Mapping[str, Any], node: Mapping[str, Any]) -> str:
    if "oneOf" in node:
        return " / ".join(_type(found, _resolved(found, choice)) for choice in node["oneOf"])
    if "enum" in node:
        return ", ".join(str(value) for value in node["enum"])
    kind = str(node.get("type", ""))
    return f"{kind} ({node['format']})" if "format" in node else kind
