# The bundle that is served: its folder in the bucket is named by the hash of its manifest, which holds the hashes of the rest.

locals {
  manifest = jsondecode(file("${var.bundle}/manifest.json"))
  hash     = filesha256("${var.bundle}/manifest.json")
  folder   = "${local.manifest.name}/${local.hash}"
}

resource "aws_s3_object" "bundle" {
  for_each = toset(concat(["manifest.json"], keys(local.manifest.files)))

  bucket                 = module.bucket.name
  key                    = "${local.folder}/${each.key}"
  source                 = "${var.bundle}/${each.key}"
  source_hash            = filesha256("${var.bundle}/${each.key}")
  checksum_algorithm     = "SHA256"
  server_side_encryption = "AES256"

  lifecycle {
    precondition {
      condition     = each.key == "manifest.json" || filesha256("${var.bundle}/${each.key}") == try(local.manifest.files[each.key].sha256, "")
      error_message = "${var.bundle}/${each.key} is not the file that manifest.json describes: make the bundle again."
    }
  }

}
