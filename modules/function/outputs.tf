output "invoker" {
  description = "Call the function (a grant; its address is the ARN of its alias)."
  value = {
    address     = aws_lambda_alias.live.arn
    permissions = [{ actions = ["lambda:InvokeFunction"], resources = [aws_lambda_alias.live.arn] }]
  }
}

output "name" {
  description = "Name of the function, for people, who call it as name:live; code is given a grant."
  value       = aws_lambda_function.this.function_name
}

output "versions" {
  description = "The version that answers, or answers most while a newer one has a share, and the newest."
  value       = { live = aws_lambda_alias.live.function_version, newest = aws_lambda_function.this.version }
}
