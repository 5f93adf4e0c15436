data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}

locals {
  prefix  = "sluice-${var.environment}"
  account = data.aws_caller_identity.current.account_id

  functions = {
    worker        = module.worker
    classify      = module.classify
    start         = module.start
    split         = module.split
    reduce        = module.reduce
    status        = module.status
    bulk_classify = module.bulk_classify
    bulk_reduce   = module.bulk_reduce
  }

  canaries = { for function, version in try(var.canary.stable_versions, {}) : function => { traffic_share = var.canary.traffic_share, stable_version = version } }
}
