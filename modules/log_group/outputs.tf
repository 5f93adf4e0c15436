output "writer" {
  description = "Write to the log group (a grant; its address is the group's name)."
  value = {
    address = aws_cloudwatch_log_group.this.name
    permissions = [{
      actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      resources = ["${aws_cloudwatch_log_group.this.arn}:*"]
    }]
  }
}

output "arn" {
  description = "ARN of the log group, for services that write to it by themselves."
  value       = aws_cloudwatch_log_group.this.arn
}
