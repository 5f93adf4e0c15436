# One state machine with its role and its log, from a file that is JSON before and after its placeholders are filled.

locals {
  text      = file(var.definition)
  addresses = { for use, grant in var.uses : use => grant.address }

  # A number's placeholder lies in a string like any other, or the file would be no JSON; the string goes when it is filled.
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
    include_execution_data = true # at this level no inputs, but why something failed, which never names an address
  }

  tracing_configuration {
    enabled = true
  }
}

module "logs" {
  source = "../log_group"
  name   = "/aws/vendedlogs/states/${var.name}" # the prefix spares the account's log policy, which has room for few groups
  days   = var.log_days
}

moved {
  from = aws_cloudwatch_log_group.this
  to   = module.logs.aws_cloudwatch_log_group.this
}
