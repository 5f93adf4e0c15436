# What can be seen of the state machine's executions.

output "failures" {
  description = "Executions that did not succeed, by how they ended: failed, timed_out, aborted (sights)."
  value       = { for ending, metric in local.endings : ending => merge(local.sight, { metric = metric }) if ending != "succeeded" }
}

output "successes" {
  description = "Executions that succeeded (a sight)."
  value       = merge(local.sight, { metric = local.endings.succeeded })
}

locals {
  endings = {
    succeeded = "ExecutionsSucceeded"
    failed    = "ExecutionsFailed"
    timed_out = "ExecutionsTimedOut"
    aborted   = "ExecutionsAborted"
  }

  sight = { namespace = "AWS/States", dimensions = { StateMachineArn = aws_sfn_state_machine.this.arn }, statistic = "Sum" }
}
