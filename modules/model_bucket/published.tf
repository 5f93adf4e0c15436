# The versions that are not kept from a folder: `make publish` brought them, and their manifests are read where they lie.

data "aws_caller_identity" "current" {}

locals {
  # Spelled out instead of read back: what waits for a bucket that is about to change would not be known at plan.
  bucket = "${var.name}-${data.aws_caller_identity.current.account_id}"

  described = merge(
    { for version, manifests in local.kept : version => manifests[0] },
    { for version, manifest in data.aws_s3_object.published : version => jsondecode(manifest.body) },
  )
}

data "aws_s3_objects" "published" {
  for_each = setsubtract(var.versions, keys(local.kept))

  bucket = local.bucket
  prefix = "${replace(each.key, "@", "/")}/manifest.json"

  lifecycle {
    postcondition {
      condition     = length(self.keys) == 1
      error_message = "${each.key} is neither in a folder of bundles nor in the bucket ${local.bucket}: bring it there with `make publish ENV=... MODEL=${each.key}`, which lists the versions that there are."
    }
  }
}

data "aws_s3_object" "published" {
  for_each = data.aws_s3_objects.published

  bucket = local.bucket
  key    = one(each.value.keys)

  lifecycle {
    postcondition {
      condition     = sha256(self.body) == split("@", each.key)[1]
      error_message = "s3://${local.bucket}/${self.key} is not the manifest of ${each.key}, whose hash it has not: delete it and run `make publish` again."
    }

    postcondition {
      condition     = lookup(self.metadata, "keeper", "") != "terraform"
      error_message = "${each.key} is used, but this plan would delete it, since its folder is no longer in bundles: leave that folder there for as long as the version is used."
    }
  }
}
