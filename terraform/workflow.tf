# List to answers, in the order in which a list travels: api -> start -> split -> classify, many at once -> reduce; follow tells how far it is.

module "api" {
  source   = "../modules/api"
  name     = "${local.prefix}-jobs"
  log_days = var.log_days

  routes = {
    "POST /jobs"     = module.start.invoker
    "GET /jobs/{id}" = module.status.invoker
  }
}

module "start" {
  source   = "../modules/function"
  name     = "${local.prefix}-start"
  artifact = module.artifacts.functions["start"]
  layers   = [module.powertools.arn]
  size     = { memory = 512, timeout = local.seconds.start }
  release  = lookup(local.release, "start", null)
  log_days = var.log_days

  uses = {
    JOBS           = module.jobs.writer["jobs"]
    WORKFLOW       = module.workflow.starter
    BULK           = module.bulk.starter
    WORKFLOW_RUNS  = module.workflow.follower # to know an earlier job of the same name
    BULK_RUNS      = module.bulk.follower
    SOURCE_BUCKETS = { address = local.image_buckets, permissions = [] } # it names them to the bulk job, which reads them
  }
}

module "workflow" {
  source     = "../modules/state_machine"
  name       = "${local.prefix}-workflow"
  definition = "${path.root}/workflow.asl.json"
  log_days   = var.log_days

  uses = {
    Split    = module.split.invoker
    Classify = module.classify.invoker # direct.tf
    Reduce   = module.reduce.invoker
  }

  numbers = {
    concurrency      = var.jobs.concurrency
    split_seconds    = local.patience.split
    classify_seconds = local.patience.classify
    reduce_seconds   = local.patience.reduce
  }
}

module "split" {
  source   = "../modules/function"
  name     = "${local.prefix}-split"
  artifact = module.artifacts.functions["split"]
  layers   = [module.powertools.arn]
  size     = { memory = 512, timeout = local.seconds.split }
  uses     = { JOBS = module.jobs.writer["jobs"] }
  release  = lookup(local.release, "split", null)
  log_days = var.log_days
}

module "reduce" {
  source   = "../modules/function"
  name     = "${local.prefix}-reduce"
  artifact = module.artifacts.functions["reduce"]
  layers   = [module.powertools.arn]
  size     = { memory = 1769, timeout = local.seconds.reduce } # it reads a thousand small objects at once
  uses     = { JOBS = module.jobs.writer["jobs"] }
  release  = lookup(local.release, "reduce", null)
  log_days = var.log_days
}

module "status" {
  source   = "../modules/function"
  name     = "${local.prefix}-status"
  artifact = module.artifacts.functions["status"]
  layers   = [module.powertools.arn]
  size     = { memory = 512, timeout = local.seconds.status }
  release  = lookup(local.release, "status", null)
  log_days = var.log_days

  uses = {
    JOBS          = module.jobs.reader["jobs"]
    WORKFLOW_RUNS = module.workflow.follower
    BULK_RUNS     = module.bulk.follower
  }
}
