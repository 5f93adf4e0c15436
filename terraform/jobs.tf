# The jobs API and what both kinds of job share: api -> start -> workflow (a posted list) or bulk (a list in S3); status reports progress.

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
  size     = { memory = 512, timeout = local.function_timeouts.start }
  canary   = lookup(local.canaries, "start", null)
  log_days = var.log_days

  uses = {
    JOBS           = module.jobs.writer["jobs"]
    WORKFLOW       = module.workflow.starter
    BULK           = module.bulk.starter
    WORKFLOW_RUNS  = module.workflow.status_reader # to detect an earlier job with the same name
    BULK_RUNS      = module.bulk.status_reader
    SOURCE_BUCKETS = { address = local.image_bucket_owners, permissions = [] } # only names them: the state machine reads the list
  }
}

module "status" {
  source   = "../modules/function"
  name     = "${local.prefix}-status"
  artifact = module.artifacts.functions["status"]
  layers   = [module.powertools.arn]
  size     = { memory = 512, timeout = local.function_timeouts.status }
  canary   = lookup(local.canaries, "status", null)
  log_days = var.log_days

  uses = {
    JOBS          = module.jobs.reader["jobs"]
    WORKFLOW_RUNS = module.workflow.status_reader
    BULK_RUNS     = module.bulk.status_reader
  }
}

module "jobs" {
  source        = "../modules/bucket"
  name          = "${local.prefix}-jobs-${local.account}"
  folders       = ["jobs"]
  force_destroy = var.force_destroy

  expiration = {
    jobs     = { prefix = "jobs/", days = var.jobs.retention_days }
    replaced = { noncurrent_days = 1 } # deletes expired objects for good after another day
  }
}

locals {
  function_timeouts = {
    start         = 25 # API Gateway waits for at most 30 s
    status        = 25
    split         = 30
    classify      = var.worker.timeout
    reduce        = 60
    bulk_classify = var.jobs.batch_timeout
    bulk_reduce   = 60
  }

  # A state waits longer than its function may run, because the function's own error is more specific than a state's timeout.
  state_timeouts = { for function, seconds in local.function_timeouts : function => seconds + 5 }
}
