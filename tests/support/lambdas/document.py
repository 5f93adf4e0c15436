"""The schemas in docs/schemas, and the examples and tables of docs/messages.md and docs/jobs.md."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

DOCUMENTS = Path(__file__).parents[3] / "docs"

# The schemas whose examples and tables are in each document.
SCHEMAS = {
    "messages": ("task", "prediction", "rejection"),
    "jobs": ("request", "accepted", "request_error", "job", "error_item"),
}


@cache
def load_schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema in docs/schemas with this name."""
    schema: dict[str, Any] = json.loads((DOCUMENTS / "schemas" / f"{name}.json").read_text())
    return schema


def text(document: str) -> str:
    """Return the text of a document."""
    return (DOCUMENTS / f"{document}.md").read_text()


def load_example(document: str, name: str) -> Any:
    """Return the JSON value that a document shows as the example of a schema."""
    (example,) = re.findall(rf"<!-- example: {name} -->\n```json\n(.*?)```", text(document), re.DOTALL)
    return json.loads(example)


def list_documented_codes(document: str) -> list[str]:
    """Return the codes in a document's table of codes, in its order."""
    section = text(document).split("| Code |")[1].split("\n\n")[0]
    return re.findall(r"^\| `([\w.]+)` \|", section, re.MULTILINE)


def list_documented_fields(document: str) -> dict[str, list[list[str]]]:
    """Return the rows of each table of fields in a document, by the name in its marker, each row as its cells."""
    tables = re.findall(r"<!-- fields: ([\w.]+) -->\n\|.*?\n\|[-|]+\n(.*?)\n\n", text(document), re.DOTALL)
    return {name: [_split_row(row) for row in rows.split("\n")] for name, rows in tables}


def describe_fields(name: str) -> list[list[str]]:
    """Return the rows of the table of fields for a schema: name, type with limits, description.

    The fields of a nested object follow its row as `outer.inner`, and optional fields have a question mark.

    Args:
        name: The name of a schema, or `schema.definition` for one of its definitions.
    """
    schema_name, _, definition = name.partition(".")
    schema = load_schema(schema_name)
    return _describe_object(schema["$defs"][definition] if definition else schema, schema.get("$defs", {}), "")


def _describe_object(schema: dict[str, Any], definitions: dict[str, Any], prefix: str) -> list[list[str]]:
    rows = []
    for name, field in schema["properties"].items():
        field = definitions[field["$ref"].rpartition("/")[2]] if "$ref" in field else field
        optional = "" if name in schema.get("required", ()) else "?"
        rows.append([f"`{prefix}{name}`{optional}", _describe_type(field), field.get("description", "")])
        if "properties" in field:
            rows += _describe_object(field, definitions, f"{prefix}{name}.")
        if "properties" in field.get("items", {}):
            rows += _describe_object(field["items"], definitions, f"{prefix}{name}[].")
    return rows


def _describe_type(field: dict[str, Any]) -> str:
    if "const" in field:
        return f"`{json.dumps(field['const'])}`"
    if "enum" in field:
        return "one of the codes below"
    types = field["type"] if isinstance(field["type"], list) else [field["type"]]
    limits = [
        f"{field[low]:,} to {field[high]:,}{unit}"
        for low, high, unit in (
            ("minimum", "maximum", ""),
            ("minLength", "maxLength", " characters"),
            ("minItems", "maxItems", " entries"),
        )
        if low in field and high in field
    ]
    pattern = [f"`{field['pattern']}`"] if "pattern" in field else []
    default = [f"default {field['default']}"] if "default" in field else []
    return ", ".join([" or ".join(types), *limits, *pattern, *default])


def _split_row(row: str) -> list[str]:
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", row)[1:-1]]
