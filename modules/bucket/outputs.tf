locals {
  folders = { for folder in var.folders : folder => {
    address = "s3://${aws_s3_bucket.this.id}/${folder}"
    objects = "${aws_s3_bucket.this.arn}/${folder}/*"
  } }
}

output "reader" {
  description = "Read the objects of a folder, by folder (grants; the address is s3://bucket/folder)."
  value = { for name, folder in local.folders : name => {
    address     = folder.address
    permissions = [{ actions = ["s3:GetObject"], resources = [folder.objects] }]
  } }
  depends_on = [aws_s3_bucket_policy.this]
}

output "writer" {
  description = "Read and write the objects of a folder, by folder (grants; the address is s3://bucket/folder)."
  value = { for name, folder in local.folders : name => {
    address     = folder.address
    permissions = [{ actions = ["s3:GetObject", "s3:PutObject"], resources = [folder.objects] }]
  } }
  depends_on = [aws_s3_bucket_policy.this]
}

output "map_results" {
  description = "Keep a distributed map's results in a folder, by folder (grants; the address is the bucket's bare name, as ResultWriter wants it)."
  value = { for name, folder in local.folders : name => {
    address = aws_s3_bucket.this.id
    permissions = [{
      actions   = ["s3:GetObject", "s3:PutObject", "s3:ListMultipartUploadParts", "s3:AbortMultipartUpload"]
      resources = [folder.objects]
    }]
  } }
  depends_on = [aws_s3_bucket_policy.this]
}

output "name" {
  description = "Name of the bucket once its rules hold, for people and for objects that are put into it; code is given a grant."
  value       = aws_s3_bucket.this.id
  depends_on  = [aws_s3_bucket_policy.this, aws_s3_bucket_versioning.this]
}
