"""S3 uses a KMS key in the caller's name: reads need kms:Decrypt, writes kms:GenerateDataKey; ministack asks neither.

"To perform GetObject on an object encrypted with SSE-KMS, you must have kms:Decrypt on the key" (S3 User Guide, "Using
server-side encryption with AWS KMS keys").
"""

from typing import Any

from ministack.core import iam_evaluator
from ministack.core.responses import get_region
from ministack.core.router import extract_access_key_id
from ministack.services import kms, s3

from localcloud.patches.cloud import Cloud

KEY_HEADER = "x-amz-server-side-encryption-aws-kms-key-id"


def apply(_: Cloud) -> None:
    check_read, resolve_write = s3._check_sse_read_headers, s3._resolve_sse_write_headers

    def read(headers: dict[str, str], record: dict[str, Any]) -> Any:
        key = s3._stored_sse_headers(record).get(KEY_HEADER)
        return _refusal(headers, key, "kms:Decrypt") or check_read(headers, record)

    def write(headers: dict[str, str], bucket: str) -> Any:
        encryption, error = resolve_write(headers, bucket)
        refusal = None if error else _refusal(headers, (encryption or {}).get(KEY_HEADER), "kms:GenerateDataKey")
        return (None, refusal) if refusal else (encryption, error)

    s3._check_sse_read_headers = read
    s3._resolve_sse_write_headers = write


def _refusal(headers: dict[str, str], key: str | None, action: str) -> Any:
    """S3's answer when the caller may not use a key, or None."""
    record = kms._resolve_key(key) if key else None
    if record is None:
        return None
    caller = extract_access_key_id(headers, {}) or iam_evaluator._verified_key.get()
    denied = iam_evaluator.enforce(caller, action, "kms", get_region(), resource_arn=record["Arn"])
    if denied is None:
        return None
    who = getattr(denied, "principal_arn", caller)
    message = f"User: {who} is not authorized to perform: {action} on resource: {record['Arn']}"
    return s3._error("AccessDenied", message, 403)
