# The state bucket and the IAM policies of operators, one bucket for all environments whose backend files name it.

locals {
  # Terraform writes the lock file next to the state file, and S3 rules can select by prefix but not by suffix. The key of a lock file
  # is therefore the prefix of a rule: no state file's key starts with it.
  lock_keys = { for name, key in merge(var.keys, { bootstrap = "sluice/bootstrap.tfstate" }) : name => "${key}.tflock" }
}

module "state_bucket" {
  source = "../../modules/bucket"
  name   = var.bucket

  # Every lock and unlock adds a version. Versions of state files are kept for recovery.
  expiration = { for name, key in local.lock_keys : "locks-of-${name}" => { prefix = key, noncurrent_days = 1 } }
}

# A resource inside a module cannot have prevent_destroy from outside. This one has it and depends on the bucket.
resource "terraform_data" "prevent_destroy" {
  triggers_replace = module.state_bucket.arn

  lifecycle {
    prevent_destroy = true
  }
}

# Policies to attach to the roles of people who plan, operate or apply an environment.

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  operators = merge([for environment, key in var.keys : {
    for task in ["plan", "operate", "apply"] : "${environment}-${task}" => templatefile("${path.module}/policies/${task}.json", {
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
  policy      = jsonencode(jsondecode(each.value)) # without whitespace, which counts towards the limit

  lifecycle {
    precondition {
      condition     = length(jsonencode(jsondecode(each.value))) <= 6144
      error_message = "The policy sluice-${each.key} has ${length(jsonencode(jsondecode(each.value)))} characters, but IAM accepts at most 6,144: shorten the environment's name, or the bucket or key in environments/*.s3.tfbackend."
    }
  }
}

# Resources that an interrupted run created but did not record in a state are imported instead of created again.

import {
  for_each = { for address, id in var.existing : address => id if address == "module.state_bucket.aws_s3_bucket.this" }
  to       = module.state_bucket.aws_s3_bucket.this
  id       = each.value
}

import {
  for_each = { for name in keys(local.operators) : name => var.existing["aws_iam_policy.operator[\"${name}\"]"] if contains(keys(var.existing), "aws_iam_policy.operator[\"${name}\"]") }
  to       = aws_iam_policy.operator[each.key]
  id       = each.value
}
