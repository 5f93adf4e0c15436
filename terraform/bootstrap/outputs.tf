output "bucket" {
  description = "Name of the state bucket."
  value       = module.state_bucket.name
}

output "policies" {
  description = "ARNs of the operators' policies, by <environment>-plan, <environment>-operate and <environment>-apply."
  value       = { for name, policy in aws_iam_policy.operator : name => policy.arn }
}
