"""The answers of a job that has ended, one after the other, wherever they lie."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit


def bodies(s3: Any, results: list[dict[str, Any]] | str) -> Iterator[str]:
    """Each answer as JSON; `results` are the answers themselves or, of a list in S3, the folder of their files."""
    if not isinstance(results, str):
        yield from (json.dumps(result, separators=(",", ":")) for result in results)
        return
    folder = urlsplit(results)
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=folder.netloc, Prefix=folder.path.lstrip("/"))
    for entry in (entry for page in pages for entry in page.get("Contents", []) if entry["Key"].endswith(".jsonl")):
        for line in s3.get_object(Bucket=folder.netloc, Key=entry["Key"])["Body"].iter_lines():
            yield line.decode()
