# A Lambda layer from a prebuilt zip. A zip that is too large for a direct upload goes through an S3 bucket.

locals {
  upload_limit = 52428800 # bytes, of a direct upload to Lambda
  large        = var.artifact.bytes > local.upload_limit
}

resource "aws_lambda_layer_version" "this" {
  layer_name               = var.name
  description              = "Built ${var.artifact.sha256}"
  filename                 = local.large ? null : var.artifact.path
  s3_bucket                = one(values(aws_s3_object.zip)[*].bucket)
  s3_key                   = one(values(aws_s3_object.zip)[*].key)
  source_code_hash         = filebase64sha256(var.artifact.path)
  compatible_runtimes      = [var.artifact.runtime]
  compatible_architectures = [var.artifact.architecture]

  lifecycle {
    create_before_destroy = true # functions switch to the new version first; their published versions keep the old one
  }
}

resource "aws_s3_object" "zip" {
  for_each = local.large ? { (var.name) = var.artifact } : {}

  bucket      = var.bucket
  key         = "_layers/${each.key}/${each.value.sha256}.zip" # a model's name cannot start with _
  source      = each.value.path
  source_hash = each.value.sha256

  lifecycle {
    create_before_destroy = true
  }
}
