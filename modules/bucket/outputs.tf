locals {
  name    = aws_s3_bucket.this.bucket # unlike id, known at plan
  objects = { for folder in var.folders : folder => "${aws_s3_bucket.this.arn}/${folder}/*" }
}

output "reader" {
  description = "Grants to read the objects of a folder, by folder. The address is s3://bucket/folder."
  value = { for folder, objects in local.objects : folder => {
    address     = "s3://${local.name}/${folder}"
    permissions = [{ actions = ["s3:GetObject"], resources = [objects] }]
  } }
  depends_on = [aws_s3_bucket_policy.this, aws_s3_bucket_versioning.this]
}

output "writer" {
  description = "Grants to read and write the objects of a folder, by folder. The address is s3://bucket/folder."
  value = { for folder, objects in local.objects : folder => {
    address     = "s3://${local.name}/${folder}"
    permissions = [{ actions = ["s3:GetObject", "s3:PutObject"], resources = [objects] }]
  } }
  depends_on = [aws_s3_bucket_policy.this, aws_s3_bucket_versioning.this]
}

output "map_results" {
  description = "Grants to write the results of a distributed map to a folder, by folder. The address is the bucket's name, as ResultWriter expects."
  value = { for folder, objects in local.objects : folder => {
    address = local.name
    permissions = [{
      actions   = ["s3:GetObject", "s3:PutObject", "s3:ListMultipartUploadParts", "s3:AbortMultipartUpload"]
      resources = [objects]
    }]
  } }
  depends_on = [aws_s3_bucket_policy.this, aws_s3_bucket_versioning.this]
}

output "name" {
  description = "Name of the bucket, for people and for uploads by Terraform. Code uses a grant."
  value       = local.name
  depends_on  = [aws_s3_bucket_policy.this, aws_s3_bucket_versioning.this]
}

output "arn" {
  description = "ARN of the bucket."
  value       = aws_s3_bucket.this.arn
  depends_on  = [aws_s3_bucket_policy.this, aws_s3_bucket_versioning.this]
}
