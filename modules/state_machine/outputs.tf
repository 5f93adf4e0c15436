locals {
  executions = replace(aws_sfn_state_machine.this.arn, ":stateMachine:", ":execution:")
}

output "starter" {
  description = "Start executions (a grant; its address is the state machine's ARN)."
  value = {
    address     = aws_sfn_state_machine.this.arn
    permissions = [{ actions = ["states:StartExecution"], resources = [aws_sfn_state_machine.this.arn] }]
  }
}

output "follower" {
  description = "See how executions fare (a grant; its address and : and an execution's name are that execution's ARN)."
  value = {
    address     = local.executions
    permissions = [{ actions = ["states:DescribeExecution"], resources = ["${local.executions}:*"] }]
  }
}
