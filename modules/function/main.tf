# A Lambda function from a prebuilt zip, with its role, log group, `live` alias and optional SQS trigger.

resource "aws_lambda_function" "this" {
  #checkov:skip=CKV_AWS_115:Reserved concurrency is taken from the account's limit, which is 10 in a new account; below the trigger's limit, messages would fail unread.
  #checkov:skip=CKV_AWS_116:No caller invokes it asynchronously. The queue has its own dead-letter queue; other callers receive the error.
  #checkov:skip=CKV_AWS_117:Outside a VPC there is no internal network that a URL from an untrusted user could reach.
  #checkov:skip=CKV_AWS_173:The variables are addresses and settings, no secrets; Lambda encrypts them with an AWS key.
  #checkov:skip=CKV_AWS_272:Code signing needs the team's own signing profile. The plan pins each zip by its SHA-256, and a check compares the deployed code.
  function_name    = var.name
  role             = module.role.arn
  filename         = var.artifact.path
  source_code_hash = filebase64sha256(var.artifact.path)
  handler          = var.artifact.handler
  runtime          = var.artifact.runtime
  architectures    = [var.artifact.architecture]
  layers           = var.layers
  memory_size      = var.size.memory
  timeout          = var.size.timeout
  publish          = true # every change publishes a version, which the alias then points to

  environment {
    variables = local.environment
  }

  ephemeral_storage {
    size = var.size.storage
  }

  dynamic "snap_start" {
    for_each = var.snap_start ? ["PublishedVersions"] : []

    content {
      apply_on = snap_start.value
    }
  }

  logging_config {
    log_format = "JSON"
    log_group  = module.logs.writer.address
  }

  tracing_config {
    mode = "Active"
  }

  lifecycle {
    precondition {
      condition     = length(jsonencode(local.environment)) <= 4096 # Lambda counts the JSON, in which quotes inside a value are escaped
      error_message = "The environment of ${var.name} has ${length(jsonencode(local.environment))} characters as JSON, but Lambda accepts at most 4,096: use fewer models or settings."
    }
  }
}

locals {
  environment = merge(
    { POWERTOOLS_SERVICE_NAME = var.name, POWERTOOLS_METRICS_NAMESPACE = "Sluice" },
    var.settings,
    { for use, grant in var.uses : use => grant.address },
  )
}

module "logs" {
  source = "../log_group"
  name   = "/aws/lambda/${var.name}"
  days   = var.log_days
}

module "role" {
  source  = "../role"
  name    = var.name
  service = "lambda.amazonaws.com"

  uses = merge(
    var.uses,
    {
      LOGS = module.logs.writer
      TRACES = {
        address = "xray"
        permissions = [{
          actions   = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
          resources = ["*"] # X-Ray has no resources to restrict this to
        }]
      }
    },
    { for trigger in var.trigger[*] : "TRIGGER" => trigger.queue },
  )
}

check "deployed_code" {
  assert {
    condition     = aws_lambda_function.this.code_sha256 == filebase64sha256(var.artifact.path)
    error_message = "The deployed code of ${var.name} differs from ${var.artifact.path}: it was changed outside Terraform. Apply with -replace to restore it."
  }
}

# Callers invoke the alias `live`. It points to the newest version; during a canary release it points to the stable version and
# routes part of the traffic to the newest.

locals {
  newest   = aws_lambda_function.this.version
  live     = var.canary == null ? local.newest : var.canary.stable_version
  canaries = [for canary in var.canary[*] : canary.traffic_share if canary.stable_version != local.newest] # an unchanged function has no newer version
}

resource "aws_lambda_alias" "live" {
  name             = "live"
  description      = "The version of ${var.name} that callers invoke."
  function_name    = aws_lambda_function.this.function_name
  function_version = local.live

  dynamic "routing_config" {
    for_each = local.canaries

    content {
      additional_version_weights = { (local.newest) = routing_config.value }
    }
  }
}

resource "aws_lambda_event_source_mapping" "this" {
  for_each = { for trigger in var.trigger[*] : "queue" => trigger }

  function_name                      = aws_lambda_alias.live.arn # known once the role's policies are attached: AWS checks them here
  event_source_arn                   = each.value.queue.address
  batch_size                         = each.value.batch_size
  maximum_batching_window_in_seconds = each.value.batch_window
  function_response_types            = ["ReportBatchItemFailures"]

  scaling_config {
    maximum_concurrency = each.value.maximum_concurrency
  }
}
