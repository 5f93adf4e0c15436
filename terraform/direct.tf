# One address, one answer: the function that classifies what it is called with, an item of a job, or the model's own sample image.

module "classify" {
  source     = "../modules/function"
  name       = "${local.prefix}-classify"
  artifact   = module.artifacts.functions["classify"]
  layers     = local.classifier.layers
  size       = merge(local.classifier.size, { timeout = var.worker.timeout })
  settings   = local.classifier.settings
  uses       = merge(local.classifier.uses, { JOBS = module.jobs.writer["jobs"] })
  release    = lookup(local.release, "classify", null)
  snap_start = var.snap_start
  log_days   = var.log_days
}
