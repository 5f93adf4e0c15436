# A bucket that holds model bundles: what is served now, and what was served before.

module "bucket" {
  source        = "../bucket"
  name          = var.name
  folders       = distinct([for version in var.versions : split("@", version)[0]])
  force_destroy = var.force_destroy
}
