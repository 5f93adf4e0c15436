# What the people who run an environment may do: look at what would change, use what is there, or change it. To be attached to their roles.

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  operators = merge([for environment, key in var.keys : {
    for may in ["plan", "operate", "apply"] : "${environment}-${may}" => templatefile("${path.module}/policies/${may}.json", {
      partition   = data.aws_partition.current.partition
      account     = data.aws_caller_identity.current.account_id
      region      = data.aws_region.current.name
      environment = environment
      bucket      = var.bucket
      key         = key
    })
  }]...)
}

resource "aws_iam_policy" "operator" {
  for_each = local.operators

  name        = "sluice-${each.key}"
  description = "For operators of Sluice: docs/state.md."
  policy      = jsonencode(jsondecode(each.value)) # without blanks, which count

  lifecycle {
    precondition {
      condition     = length(jsonencode(jsondecode(each.value))) <= 6144
      error_message = "The policy sluice-${each.key} has ${length(jsonencode(jsondecode(each.value)))} characters, but IAM takes 6,144: shorten the environment's name, or the bucket's or the key in environments/*.s3.tfbackend."
    }
  }
}
