"""ItemReader: the items of a Distributed Map from an object (JSON, JSON lines or CSV) or a listing in S3."""

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


def read(branch: "Branch", reader: dict[str, Any], given: Any) -> list[Any]:
    """The items, up to MaxItems; States.ItemReaderFailed when they cannot be read or are not of their type."""
    place = branch.resolver(given).fill(reader["Parameters"])
    config = reader.get("ReaderConfig", {})
    listing = reader["Resource"].endswith(":listObjectsV2")
    found: Any = branch.platform.read_items(
        ItemSource(place["Bucket"], place.get("Prefix" if listing else "Key", ""), listing)
    )
    if not listing:
        try:
            found = parse(found, config)
        except (ValueError, KeyError, IndexError, TypeError, csv.Error) as error:
            what = f"s3://{place['Bucket']}/{place['Key']} as {config.get('InputType', 'JSON')}"
            raise StateError("States.ItemReaderFailed", f"Attempting to read {what} failed: {error}") from None
    most = data_flow.number(branch, config, "MaxItems", given)
    items: list[Any] = found[:most] if most else found
    return items


def parse(body: bytes, config: dict[str, Any]) -> list[Any]:
    """An object's items; ValueError and the like when it is not of its InputType."""
    content = body.decode("utf-8-sig")
    kind = config.get("InputType", "JSON")
    if kind == "JSONL":
        return [json.loads(line) for line in content.split("\n") if line.strip()]
    if kind == "CSV":
        return _rows(content, config)
    value = json.loads(content)
    for part in config.get("ItemsPointer", "").split("/")[1:]:
        value = value[int(part)] if isinstance(value, list) else value[part.replace("~1", "/").replace("~0", "~")]
    if not isinstance(value, list):
        raise ValueError("the document is no array")
    return value


def _rows(content: str, config: dict[str, Any]) -> list[Any]:
    """A row as an object of strings; what a short row lacks is empty, what a long one has more is dropped."""
    delimiter = DELIMITERS[config.get("CSVDelimiter", "COMMA")]
    rows = [row for row in csv.reader(io.StringIO(content, newline=""), delimiter=delimiter) if row]
    given = config.get("CSVHeaderLocation") == "GIVEN"
    header = config["CSVHeaders"] if given else rows.pop(0)
    return [dict(zip(header, row + [""] * (len(header) - len(row)), strict=False)) for row in rows]
