# inbox -> log: a function with an SQS trigger that logs every message.

module "artifacts" {
  source        = "../../../modules/artifacts"
  folder        = "${path.root}/../../../build/out/${var.build}"
  oldest_python = var.oldest_python
}

module "powertools" {
  source   = "../../../modules/layer"
  name     = "${var.prefix}-powertools"
  artifact = module.artifacts.layers["powertools"]
}

module "inbox" {
  source = "../../../modules/queue"
  name   = "${var.prefix}-inbox"
}

module "log" {
  source   = "../../../modules/function"
  name     = var.prefix
  artifact = module.artifacts.functions["log"]
  layers   = [module.powertools.arn]
  trigger  = { queue = module.inbox.receiver }
}
