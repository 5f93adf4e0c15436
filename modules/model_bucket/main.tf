# A bucket that holds model bundles: what is served now, and what was served before.

module "bucket" {
  source        = "../bucket"
  name          = var.name
  folders       = [local.folder]
  force_destroy = var.force_destroy
}
