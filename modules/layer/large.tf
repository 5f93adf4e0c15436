# A zip that is too large for a direct upload lies in the bucket that the caller names, under its hash.

locals {
  large = var.artifact.bytes > 52428800
}

resource "aws_s3_object" "zip" {
  for_each = local.large ? { (var.name) = var.artifact } : {}

  bucket      = var.bucket
  key         = "_layers/${each.key}/${each.value.sha256}.zip" # no model's name begins with _
  source      = each.value.path
  source_hash = each.value.sha256

  lifecycle {
    create_before_destroy = true
  }
}
