# A Step Functions state machine with its role and log group. The definition is a file that is valid JSON with its placeholders.

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  text      = file(var.definition)
  addresses = { for use, grant in var.uses : use => grant.address }

  # The placeholder of a number is inside a string, so that the file is valid JSON. Rendering removes the quotes.
  numbers    = { for name, number in var.numbers : name => "number ${number}" }
  filled     = templatefile(var.definition, merge(local.addresses, local.numbers))
  definition = replace(local.filled, "/\"number (-?[0-9.]+)\"/", "$1")
}

resource "aws_sfn_state_machine" "this" {
  name       = var.name
  role_arn   = module.role.arn # known once the role's policies are attached: AWS checks them here
  type       = "STANDARD"
  definition = local.definition

  logging_configuration {
    log_destination        = "${module.logs.arn}:*"
    level                  = "ERROR"
    include_execution_data = true # at level ERROR this logs causes of errors, which contain no address, but no inputs
  }

  tracing_configuration {
    enabled = true
  }
}

module "logs" {
  source = "../log_group"
  name   = "/aws/vendedlogs/states/${var.name}" # log groups with this prefix need no entry in the account's log resource policy, which has a size limit
  days   = var.log_days
}

locals {
  # Computed, because the role must exist before the state machine.
  states_arn = "arn:${data.aws_partition.current.partition}:states:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}"

  # A distributed map runs its batches as executions of the same state machine.
  distributed_map_permissions = !can(regex("\"DISTRIBUTED\"", local.text)) ? [] : [
    {
      actions   = ["states:StartExecution"]
      resources = ["${local.states_arn}:stateMachine:${var.name}"]
    },
    {
      actions   = ["states:DescribeExecution", "states:StopExecution"]
      resources = ["${local.states_arn}:execution:${var.name}:*", "${local.states_arn}:execution:${var.name}/*"] # child executions: /<label of the map>:<name>
    },
  ]
}

module "role" {
  source  = "../role"
  name    = var.name
  service = "states.amazonaws.com"

  uses = merge(var.uses, {
    RUNS = { address = var.name, permissions = local.distributed_map_permissions }
    LOGS = {
      address = module.logs.writer.address
      permissions = [{
        actions = [
          "logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery", "logs:ListLogDeliveries",
          "logs:PutResourcePolicy", "logs:DescribeResourcePolicies", "logs:DescribeLogGroups",
        ]
        resources = ["*"] # log deliveries have no resources to restrict this to
      }]
    }
    TRACES = {
      address = "xray"
      permissions = [{
        actions   = ["xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets"]
        resources = ["*"] # X-Ray has no resources to restrict this to
      }]
    }
  })
}
