# A list of any length that lies in S3: its lines in batches -> batch, many at once -> tally. Started by start, told by follow.

module "bulk" {
  source     = "../modules/state_machine"
  name       = "${local.prefix}-bulk"
  definition = "${path.root}/bulk.asl.json"
  log_days   = var.log_days

  uses = {
    Lists   = { address = join(", ", var.image_buckets), permissions = local.classifier.uses.IMAGE_BUCKETS.permissions }
    Batch   = module.batch.invoker
    Results = module.jobs.map_results["jobs"]
    Tally   = module.tally.invoker
  }

  numbers = {
    batch_size                   = var.jobs.batch_size
    batches                      = var.jobs.batches
    batch_seconds                = local.patience.batch
    tolerated_failure_percentage = var.jobs.tolerated_failure_percentage
    tally_seconds                = local.patience.tally
  }
}

module "batch" {
  source     = "../modules/function"
  name       = "${local.prefix}-batch"
  artifact   = module.artifacts.functions["batch"]
  layers     = local.classifier.layers
  size       = merge(local.classifier.size, { timeout = local.seconds.batch })
  settings   = local.classifier.settings
  uses       = merge(local.classifier.uses, { JOBS = module.jobs.writer["jobs"] })
  release    = lookup(local.release, "batch", null)
  snap_start = var.snap_start
  log_days   = var.log_days
}

module "tally" {
  source   = "../modules/function"
  name     = "${local.prefix}-tally"
  artifact = module.artifacts.functions["tally"]
  layers   = [module.powertools.arn]
  size     = { memory = 512, timeout = local.seconds.tally }
  uses     = { JOBS = module.jobs.writer["jobs"] }
  release  = lookup(local.release, "tally", null)
  log_days = var.log_days
}
