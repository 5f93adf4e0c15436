locals {
  executions_arn = replace(aws_sfn_state_machine.this.arn, ":stateMachine:", ":execution:")
}

output "starter" {
  description = "Grant to start executions. The address is the state machine's ARN."
  value = {
    address     = aws_sfn_state_machine.this.arn
    permissions = [{ actions = ["states:StartExecution"], resources = [aws_sfn_state_machine.this.arn] }]
  }
}

output "status_reader" {
  description = "Grant to read the status of executions. The address, a colon and an execution's name form that execution's ARN."
  value = {
    address     = local.executions_arn
    permissions = [{ actions = ["states:DescribeExecution"], resources = ["${local.executions_arn}:*"] }]
  }
}
