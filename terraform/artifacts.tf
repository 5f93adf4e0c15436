# Zips from `make build`, and the layers that several functions use.

module "artifacts" {
  source        = "../modules/artifacts"
  folder        = "${path.root}/../build/out/${var.build}"
  oldest_python = var.oldest_python
}

module "powertools" {
  source   = "../modules/layer"
  name     = "${local.prefix}-powertools"
  artifact = module.artifacts.layers["powertools"]
}

module "litert" {
  source   = "../modules/layer"
  name     = "${local.prefix}-litert"
  artifact = module.artifacts.layers["litert"]
}

module "tensorflow" {
  source   = "../modules/layer"
  for_each = toset([for engine in local.engines : engine if engine == "tensorflow"]) # large, so only if a deployed model needs it

  name     = "${local.prefix}-tensorflow"
  artifact = lookup(module.artifacts.layers, each.key, null)
  bucket   = module.model_bucket.name
}
