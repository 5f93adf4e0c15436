# What `make build` made, and the layers that several functions share.

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
