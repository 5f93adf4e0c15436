# What an interrupted run has made but not recorded is taken over instead of made again.

import {
  for_each = { for address, id in var.found : address => id if address == "module.states.aws_s3_bucket.this" }
  to       = module.states.aws_s3_bucket.this
  id       = each.value
}

import {
  for_each = { for name in keys(local.operators) : name => var.found["aws_iam_policy.operator[\"${name}\"]"] if contains(keys(var.found), "aws_iam_policy.operator[\"${name}\"]") }
  to       = aws_iam_policy.operator[each.key]
  id       = each.value
}
