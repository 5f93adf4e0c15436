# inbox -> relay -> outbox: a function that sends every message of one queue to another.

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

module "relay" {
  source   = "../../../modules/function"
  name     = var.prefix
  artifact = module.artifacts.functions["relay"]
  layers   = [module.powertools.arn]
  trigger  = { queue = module.inbox.receiver }
  uses     = { OUTBOX = module.outbox.sender }
}

module "outbox" {
  source = "../../../modules/queue"
  name   = "${var.prefix}-outbox"
}
