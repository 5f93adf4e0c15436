output "workflow" {
  description = "ARN of the state machine; start it with `aws stepfunctions start-execution --state-machine-arn ARN`."
  value       = module.workflow.starter.address
}
