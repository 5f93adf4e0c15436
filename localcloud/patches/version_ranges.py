"""A range of an object's version is answered with that range; ministack sends the whole version, as 200."""

from typing import Any

from ministack.services import s3

from localcloud.patches.cloud import Cloud


def apply(_: Cloud) -> None:
    get = s3._get_object

    def ranged(bucket: str, key: str, headers: dict[str, str], query: Any = None) -> Any:
        asked = headers.get("range")
        status, answer, body = get(bucket, key, headers, query)
        if status != 200 or not asked or not s3._qp(query or {}, "versionId", ""):
            return status, answer, body
        span = s3._parse_range(asked, len(body))
        if span is None:
            refusal = {"Content-Type": "application/xml", "Content-Range": f"bytes */{len(body)}"}
            return 416, refusal, s3._xml_body(s3._range_error_xml(bucket, key))
        start, end = span
        partial = {name: value for name, value in answer.items() if not name.lower().startswith("x-amz-checksum")}
        partial |= {"Content-Length": str(end + 1 - start), "Content-Range": f"bytes {start}-{end}/{len(body)}"}
        return 206, partial, body[start : end + 1]

    s3._get_object = ranged
