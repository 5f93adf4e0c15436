"""CreateMultipartUpload takes the object's tags: "Tagging: the tag-set for the object" (Amazon S3 API Reference)."""

from tests.support.localcloud.aws import Aws, unique_name


def test_tags_of_a_multipart_upload_are_the_objects(aws: Aws) -> None:
    bucket, s3 = unique_name("bucket"), aws.client("s3")
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": aws.region})
    upload = s3.create_multipart_upload(Bucket=bucket, Key="big", Tagging="Project=sluice&Empty=")["UploadId"]
    part = s3.upload_part(Bucket=bucket, Key="big", UploadId=upload, PartNumber=1, Body=b"x")
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    s3.complete_multipart_upload(Bucket=bucket, Key="big", UploadId=upload, MultipartUpload=parts)
    tags = s3.get_object_tagging(Bucket=bucket, Key="big")["TagSet"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == {"Project": "sluice", "Empty": ""}
