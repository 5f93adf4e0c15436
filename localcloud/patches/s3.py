"""Patches of S3: tags of multipart uploads, ranges of versions, and the permissions to use a KMS key."""

from typing import Any
from urllib.parse import parse_qsl
from xml.etree import ElementTree

from ministack.core import iam_evaluator
from ministack.core.responses import get_region
from ministack.core.router import extract_access_key_id
from ministack.services import kms, s3

from localcloud.patches.cloud import Cloud
from localcloud.patches.registry import patch

KEY_HEADER = "x-amz-server-side-encryption-aws-kms-key-id"


@patch("kms_permissions")
def apply_kms_permissions(_: Cloud) -> None:
    """Require the permission to use an object's KMS key.

    AWS: "To perform GetObject on an object encrypted with SSE-KMS, you must have kms:Decrypt on the key"; uploads need
        `kms:GenerateDataKey` (S3 User Guide, "Using server-side encryption with AWS KMS keys").
    ministack: requires neither.
    Upstream: could be offered.
    """
    check_read, resolve_write = s3._check_sse_read_headers, s3._resolve_sse_write_headers

    def check_read_permission(headers: dict[str, str], record: dict[str, Any]) -> Any:
        key = s3._stored_sse_headers(record).get(KEY_HEADER)
        return _check_key(headers, key, "kms:Decrypt") or check_read(headers, record)

    def check_write_permission(headers: dict[str, str], bucket: str) -> Any:
        encryption, error = resolve_write(headers, bucket)
        denied = None if error else _check_key(headers, (encryption or {}).get(KEY_HEADER), "kms:GenerateDataKey")
        return (None, denied) if denied else (encryption, error)

    s3._check_sse_read_headers = check_read_permission
    s3._resolve_sse_write_headers = check_write_permission


@patch("multipart_tags")
def apply_multipart_tags(_: Cloud) -> None:
    """Keep the tags with which a multipart upload was created.

    AWS: "Tagging: the tag-set for the object" (S3 API Reference, "CreateMultipartUpload").
    ministack: drops them, so Terraform plans the same changes on every run.
    Upstream: could be offered.
    """
    create, complete = s3._create_multipart_upload, s3._complete_multipart_upload

    def create_with_tags(bucket: str, key: str, headers: dict[str, str]) -> Any:
        response = create(bucket, key, headers)
        if response[0] == 200 and (tags := headers.get("x-amz-tagging")):
            upload_id = ElementTree.fromstring(response[2]).findtext("{*}UploadId")  # noqa: S314 # ministack's response
            s3._multipart_uploads[upload_id]["tags"] = dict(parse_qsl(tags, keep_blank_values=True))
        return response

    def complete_with_tags(bucket: str, key: str, body: bytes, query: dict[str, Any], *rest: Any) -> Any:
        upload = s3._multipart_uploads.get(s3._qp(query, "uploadId")) or {}
        response = complete(bucket, key, body, query, *rest)
        if response[0] == 200 and (tags := upload.get("tags")):
            s3._object_tags[bucket, key, response[1].get("x-amz-version-id")] = tags
        return response

    s3._create_multipart_upload = create_with_tags
    s3._complete_multipart_upload = complete_with_tags


@patch("version_ranges")
def apply_version_ranges(_: Cloud) -> None:
    """Return ranges of an object's version.

    AWS: answers a range of a version with 206 and that range (S3 API Reference, "GetObject").
    ministack: answers 200 with the whole version.
    Upstream: could be offered.
    """
    get = s3._get_object

    def get_range(bucket: str, key: str, headers: dict[str, str], query: Any = None) -> Any:
        header = headers.get("range")
        status, response_headers, body = get(bucket, key, headers, query)
        if status != 200 or not header or not s3._qp(query or {}, "versionId", ""):
            return status, response_headers, body
        span = s3._parse_range(header, len(body))
        if span is None:
            error_headers = {"Content-Type": "application/xml", "Content-Range": f"bytes */{len(body)}"}
            return 416, error_headers, s3._xml_body(s3._range_error_xml(bucket, key))
        start, end = span
        partial = {name: value for name, value in response_headers.items()
                   if not name.lower().startswith("x-amz-checksum")}  # fmt: skip
        partial |= {"Content-Length": str(end + 1 - start), "Content-Range": f"bytes {start}-{end}/{len(body)}"}
        return 206, partial, body[start : end + 1]

    s3._get_object = get_range


def _check_key(headers: dict[str, str], key: str | None, action: str) -> Any:
    """Return S3's error response if the caller may not use a KMS key, or None."""
    record = kms._resolve_key(key) if key else None
    if record is None:
        return None
    caller = extract_access_key_id(headers, {}) or iam_evaluator._verified_key.get()
    denied = iam_evaluator.enforce(caller, action, "kms", get_region(), resource_arn=record["Arn"])
    if denied is None:
        return None
    principal = getattr(denied, "principal_arn", caller)
    message = f"User: {principal} is not authorized to perform: {action} on resource: {record['Arn']}"
    return s3._error("AccessDenied", message, 403)
