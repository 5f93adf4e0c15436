"""S3 keeps the tags with which a multipart upload was begun; ministack drops them, so Terraform plans them for ever."""

from typing import Any
from urllib.parse import parse_qsl
from xml.etree import ElementTree

from ministack.services import s3

from localcloud.patches.cloud import Cloud


def apply(_: Cloud) -> None:
    create, complete = s3._create_multipart_upload, s3._complete_multipart_upload

    def create_tagged(bucket: str, key: str, headers: dict[str, str]) -> Any:
        answer = create(bucket, key, headers)
        if answer[0] == 200 and (tags := headers.get("x-amz-tagging")):
            identity = ElementTree.fromstring(answer[2]).findtext("{*}UploadId")  # noqa: S314 # our own answer
            s3._multipart_uploads[identity]["tags"] = dict(parse_qsl(tags, keep_blank_values=True))
        return answer

    def complete_tagged(bucket: str, key: str, body: bytes, query: dict[str, Any], *rest: Any) -> Any:
        upload = s3._multipart_uploads.get(s3._qp(query, "uploadId")) or {}
        answer = complete(bucket, key, body, query, *rest)
        if answer[0] == 200 and (tags := upload.get("tags")):
            s3._object_tags[bucket, key, answer[1].get("x-amz-version-id")] = tags
        return answer

    s3._create_multipart_upload = create_tagged
    s3._complete_multipart_upload = complete_tagged
