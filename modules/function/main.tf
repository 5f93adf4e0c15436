# One Lambda function with its role, its logs and its code from a zip that was built before.

resource "aws_lambda_function" "this" {
  #checkov:skip=CKV_AWS_115:A reservation is taken from the whole account, and a new one has 10 to give; below a trigger's limit, messages fail unread.
  #checkov:skip=CKV_AWS_116:Nothing calls it asynchronously: a queue keeps what failed itself, other callers get the error.
  #checkov:skip=CKV_AWS_117:Outside any VPC there is no internal network that a stranger's address could reach.
  #checkov:skip=CKV_AWS_173:The variables are addresses and settings, no secrets; Lambda encrypts them with a key of AWS's.
  #checkov:skip=CKV_AWS_272:A profile and the signing of each build are the team's own; the plan pins each zip by its SHA-256, and a check compares what runs.
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
  publish          = true # every change is a version of its own, which the alias moves to

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
      condition     = length(jsonencode(local.environment)) <= 4096 # Lambda measures JSON, and escapes the quotes of JSON within it
      error_message = "The environment of ${var.name} is longer than the 4,096 characters that Lambda takes: as JSON it has ${length(jsonencode(local.environment))}. Give it fewer models or settings."
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

check "deployed_code" {
  assert {
    condition     = aws_lambda_function.this.code_sha256 == filebase64sha256(var.artifact.path)
    error_message = "${var.name} runs other code than ${var.artifact.path}: somebody changed it behind Terraform's back. Apply with -replace to put it right."
  }
}

moved {
  from = aws_cloudwatch_log_group.this
  to   = module.logs.aws_cloudwatch_log_group.this
}
