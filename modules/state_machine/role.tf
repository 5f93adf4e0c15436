# The state machine's identity: what its definition names, and what every state machine of its kind needs.

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  # Spelled out instead of read back: the role comes before the state machine that it names.
  states = "arn:${data.aws_partition.current.partition}:states:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}"

  # A distributed map runs its batches as executions of the state machine itself.
  runs = !can(regex("\"DISTRIBUTED\"", local.text)) ? [] : [
    {
      actions   = ["states:StartExecution"]
      resources = ["${local.states}:stateMachine:${var.name}"]
    },
    {
      actions   = ["states:DescribeExecution", "states:StopExecution"]
      resources = ["${local.states}:execution:${var.name}:*", "${local.states}:execution:${var.name}/*"] # a batch's name begins with its map's label
    },
  ]
}

module "role" {
  source  = "../role"
  name    = var.name
  service = "states.amazonaws.com"

  uses = merge(var.uses, {
    RUNS = { address = var.name, permissions = local.runs }
    LOGS = {
      address = module.logs.writer.address
      permissions = [{
        actions = [
          "logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery", "logs:ListLogDeliveries",
          "logs:PutResourcePolicy", "logs:DescribeResourcePolicies", "logs:DescribeLogGroups",
        ]
        resources = ["*"] # deliveries of logs know no resource to narrow them to
      }]
    }
    TRACES = {
      address = "xray"
      permissions = [{
        actions   = ["xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets"]
        resources = ["*"] # X-Ray knows no resource to narrow it to
      }]
    }
  })
}
