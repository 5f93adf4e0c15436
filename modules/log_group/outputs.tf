output "writer" {
  description = "Grant to write to the log group. The address is the group's name."
  value = {
    address = aws_cloudwatch_log_group.this.name
    permissions = [{
      actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      resources = ["${aws_cloudwatch_log_group.this.arn}:*"]
    }]
  }
}

output "arn" {
  description = "ARN of the log group, for AWS services that deliver logs to it."
  value       = aws_cloudwatch_log_group.this.arn
}
