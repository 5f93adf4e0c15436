"""The schemas in docs/schemas: the documents show them as they are, and the code has the same limits."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from inference import messages
from inference.errors import Code
from inference.fetch.addresses import MAX_ADDRESS_CHARACTERS
from inference.models import names as model_names
from jobs import names, request
from tests.support.lambdas.document import (
    DOCUMENTS,
    SCHEMAS,
    describe_fields,
    list_documented_fields,
    load_example,
    load_schema,
    text,
)

TABLES = {
    "messages": ["task", "prediction", "rejection"],
    "jobs": ["request.object", "accepted", "request_error", "job.succeeded", "job.failed", "error_item"],
}


def find(schema: str, path: str) -> Any:
    """Return the part of a schema at a path of keys."""
    part: Any = load_schema(schema)
    for key in path.split("/"):
        part = part[key]
    return part


def test_every_schema_belongs_to_a_document() -> None:
    files = sorted(file.stem for file in (DOCUMENTS / "schemas").iterdir())
    assert files == sorted(name for names_ in SCHEMAS.values() for name in names_)


@pytest.mark.parametrize(("document", "name"), [(key, name) for key, names_ in SCHEMAS.items() for name in names_])
def test_document_links_schema_and_shows_valid_example(document: str, name: str) -> None:
    assert f"(schemas/{name}.json)" in text(document)
    Draft202012Validator.check_schema(load_schema(name))
    Draft202012Validator(load_schema(name)).validate(load_example(document, name))


@pytest.mark.parametrize("document", TABLES)
def test_document_tables_have_the_fields_of_the_schemas(document: str) -> None:
    tables = list_documented_fields(document)
    assert list(tables) == TABLES[document]
    for name, rows in tables.items():
        assert rows == describe_fields(name), name


@pytest.mark.parametrize(
    ("schema", "path", "value"),
    [
        ("task", "properties/top/maximum", messages.MAX_TOP),
        ("task", "properties/top/default", messages.DEFAULT_TOP),
        ("task", "properties/url/maxLength", MAX_ADDRESS_CHARACTERS),
        ("task", "properties/model/pattern", f"^{model_names.PATTERN}$"),
        ("prediction", "properties/labels/maxItems", messages.MAX_TOP),
        ("prediction", "properties/url/maxLength", MAX_ADDRESS_CHARACTERS),
        ("rejection", "properties/url/maxLength", MAX_ADDRESS_CHARACTERS),
        ("rejection", "properties/rejection/properties/code/enum", [str(code) for code in Code]),
        ("error_item", "properties/url/maxLength", MAX_ADDRESS_CHARACTERS),
        ("request", "$defs/urls/maxItems", request.MAX_URLS),
        ("request", "$defs/object/properties/top/maximum", messages.MAX_TOP),
        ("request", "$defs/object/properties/top/default", messages.DEFAULT_TOP),
        ("request", "$defs/object/properties/model/pattern", f"^{model_names.PATTERN}$"),
        ("request", "$defs/object/properties/name/pattern", f"^{names.NAME_PATTERN}$"),
        ("accepted", "properties/id/pattern", f"^{names.NAME_PATTERN}$"),
        ("accepted", "properties/href/pattern", f"^/jobs/{names.NAME_PATTERN}$"),
        ("job", "$defs/succeeded/properties/next/pattern", rf"^/jobs/{names.NAME_PATTERN}\?from=[0-9]+$"),
    ],
)
def test_schema_has_the_limit_of_the_code(schema: str, path: str, value: object) -> None:
    assert find(schema, path) == value


@pytest.mark.parametrize("schema", ["task", "prediction", "rejection", "error_item"])
def test_schemas_have_the_id_pattern_of_the_code(schema: str) -> None:
    assert find(schema, "properties/id/pattern") == f"^{messages._ID.pattern}$"


def test_source_pattern_has_the_suffixes_of_the_code() -> None:
    suffixes = "|".join(suffix.removeprefix(".") for suffix in request.SOURCE_SUFFIXES)
    assert f"({suffixes})" in find("request", "$defs/object/properties/source/pattern")
