# A job on a list of any length in S3: bulk_classify, in parallel for each batch of lines -> bulk_reduce.

module "bulk" {
  source     = "../modules/state_machine"
  name       = "${local.prefix}-bulk"
  definition = "${path.root}/bulk.asl.json"
  log_days   = var.log_days

  uses = {
    Lists        = { address = join(", ", var.image_buckets), permissions = local.classifier.uses.IMAGE_BUCKETS.permissions }
    BulkClassify = module.bulk_classify.invoker
    Results      = module.jobs.map_results["jobs"]
    BulkReduce   = module.bulk_reduce.invoker
  }

  numbers = {
    batch_size                   = var.jobs.batch_size
    batch_concurrency            = var.jobs.batch_concurrency
    bulk_classify_seconds        = local.state_timeouts.bulk_classify
    tolerated_failure_percentage = var.jobs.tolerated_failure_percentage
    bulk_reduce_seconds          = local.state_timeouts.bulk_reduce
  }
}

module "bulk_classify" {
  source     = "../modules/function"
  name       = "${local.prefix}-bulk-classify"
  artifact   = module.artifacts.functions["bulk_classify"]
  layers     = local.classifier.layers
  size       = merge(local.classifier.size, { timeout = local.function_timeouts.bulk_classify })
  settings   = local.classifier.settings
  uses       = merge(local.classifier.uses, { JOBS = module.jobs.writer["jobs"] })
  canary     = lookup(local.canaries, "bulk_classify", null)
  snap_start = var.snap_start
  log_days   = var.log_days
}

module "bulk_reduce" {
  source   = "../modules/function"
  name     = "${local.prefix}-bulk-reduce"
  artifact = module.artifacts.functions["bulk_reduce"]
  layers   = [module.powertools.arn]
  size     = { memory = 512, timeout = local.function_timeouts.bulk_reduce }
  uses     = { JOBS = module.jobs.writer["jobs"] }
  canary   = lookup(local.canaries, "bulk_reduce", null)
  log_days = var.log_days
}
