# A stack that deploys two built files as the real one does: one as code, one through S3.

variable "environment" {
  description = "Name of the environment, as in the root."
  type        = string
}

locals {
  built = "${path.root}/../build/out"
}

resource "aws_lambda_layer_version" "code" {
  layer_name       = "drill-${var.environment}-files"
  filename         = "${local.built}/layer.zip"
  source_code_hash = filebase64sha256("${local.built}/layer.zip")
}

resource "aws_s3_bucket" "models" {
  bucket        = "drill-${var.environment}-files"
  force_destroy = true
}

resource "aws_s3_object" "bundle" {
  bucket      = aws_s3_bucket.models.bucket
  key         = "bundle"
  source      = "${local.built}/bundle.bin"
  source_hash = filesha256("${local.built}/bundle.bin")
}
