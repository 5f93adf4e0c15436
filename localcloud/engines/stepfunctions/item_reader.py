"""ItemReader: reads the items of a Distributed Map from an S3 object (JSON, JSON lines or CSV) or an object listing."""

import csv
import io
import json
from typing import TYPE_CHECKING, Any

from localcloud.engines.stepfunctions import data_flow
from localcloud.engines.stepfunctions.errors import StateError
from localcloud.engines.stepfunctions.platform import ItemSource

if TYPE_CHECKING:
    from localcloud.engines.stepfunctions.branch import Branch

DELIMITERS = {"COMMA": ",", "PIPE": "|", "SEMICOLON": ";", "SPACE": " ", "TAB": "\t"}


def read_items(branch: "Branch", reader: dict[str, Any], data: Any) -> list[Any]:
    """Read the items, at most MaxItems.

    Raises:
        StateError: States.ItemReaderFailed if the items cannot be read or do not have the InputType.
    """
    parameters = branch.create_resolver(data).fill(reader["Parameters"])
    config = reader.get("ReaderConfig", {})
    listing = reader["Resource"].endswith(":listObjectsV2")
    source = ItemSource(parameters["Bucket"], parameters.get("Prefix" if listing else "Key", ""), listing)
    content: Any = branch.platform.read_items(source)
    if not listing:
        try:
            content = parse_items(content, config)
        except (ValueError, KeyError, IndexError, TypeError, csv.Error) as error:
            location = f"s3://{parameters['Bucket']}/{parameters['Key']} as {config.get('InputType', 'JSON')}"
            raise StateError("States.ItemReaderFailed", f"Attempting to read {location} failed: {error}") from None
    limit = data_flow.get_field(branch, config, "MaxItems", data)
    items: list[Any] = content[:limit] if limit else content
    return items


def parse_items(body: bytes, config: dict[str, Any]) -> list[Any]:
    """Parse the items of an object.

    Args:
        body: The content of the object.
        config: The ReaderConfig.

    Raises:
        ValueError, KeyError, IndexError, TypeError, csv.Error: The content does not have the InputType.
    """
    content = body.decode("utf-8-sig")
    kind = config.get("InputType", "JSON")
    if kind == "JSONL":
        return [json.loads(line) for line in content.split("\n") if line.strip()]
    if kind == "CSV":
        return _parse_rows(content, config)
    value = json.loads(content)
    for part in config.get("ItemsPointer", "").split("/")[1:]:
        value = value[int(part)] if isinstance(value, list) else value[part.replace("~1", "/").replace("~0", "~")]
    if not isinstance(value, list):
        raise ValueError("the document is not an array")
    return value


def _parse_rows(content: str, config: dict[str, Any]) -> list[Any]:
    """Parse each row as an object of strings; missing cells are empty, additional cells are dropped."""
    delimiter = DELIMITERS[config.get("CSVDelimiter", "COMMA")]
    rows = [row for row in csv.reader(io.StringIO(content, newline=""), delimiter=delimiter) if row]
    header = config["CSVHeaders"] if config.get("CSVHeaderLocation") == "GIVEN" else rows.pop(0)
    return [dict(zip(header, row + [""] * (len(header) - len(row)), strict=False)) for row in rows]
