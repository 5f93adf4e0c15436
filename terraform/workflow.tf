# A job on a posted list: split -> classify, in parallel for each image -> reduce. classify is also invoked directly, with one image.

module "workflow" {
  source     = "../modules/state_machine"
  name       = "${local.prefix}-workflow"
  definition = "${path.root}/workflow.asl.json"
  log_days   = var.log_days

  uses = {
    Split    = module.split.invoker
    Classify = module.classify.invoker
    Reduce   = module.reduce.invoker
  }

  numbers = {
    concurrency      = var.jobs.concurrency
    split_seconds    = local.state_timeouts.split
    classify_seconds = local.state_timeouts.classify
    reduce_seconds   = local.state_timeouts.reduce
  }
}

module "split" {
  source   = "../modules/function"
  name     = "${local.prefix}-split"
  artifact = module.artifacts.functions["split"]
  layers   = [module.powertools.arn]
  size     = { memory = 512, timeout = local.function_timeouts.split }
  uses     = { JOBS = module.jobs.writer["jobs"] }
  canary   = lookup(local.canaries, "split", null)
  log_days = var.log_days
}

module "classify" {
  source     = "../modules/function"
  name       = "${local.prefix}-classify"
  artifact   = module.artifacts.functions["classify"]
  layers     = local.classifier.layers
  size       = merge(local.classifier.size, { timeout = local.function_timeouts.classify })
  settings   = local.classifier.settings
  uses       = merge(local.classifier.uses, { JOBS = module.jobs.writer["jobs"] })
  canary     = lookup(local.canaries, "classify", null)
  snap_start = var.snap_start
  log_days   = var.log_days
}

module "reduce" {
  source   = "../modules/function"
  name     = "${local.prefix}-reduce"
  artifact = module.artifacts.functions["reduce"]
  layers   = [module.powertools.arn]
  size     = { memory = 1769, timeout = local.function_timeouts.reduce } # reads up to a thousand small objects in parallel
  uses     = { JOBS = module.jobs.writer["jobs"] }
  canary   = lookup(local.canaries, "reduce", null)
  log_days = var.log_days
}
