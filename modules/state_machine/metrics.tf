output "failures" {
  description = "Metrics of executions that did not succeed, by their final status: failed, timed_out, aborted."
  value       = { for status, name in local.metric_names : status => merge(local.metric, { name = name }) if status != "succeeded" }
}

output "successes" {
  description = "Metric: executions that succeeded."
  value       = merge(local.metric, { name = local.metric_names.succeeded })
}

locals {
  metric_names = {
    succeeded = "ExecutionsSucceeded"
    failed    = "ExecutionsFailed"
    timed_out = "ExecutionsTimedOut"
    aborted   = "ExecutionsAborted"
  }

  metric = { namespace = "AWS/States", dimensions = { StateMachineArn = aws_sfn_state_machine.this.arn }, statistic = "Sum" }
}
