output "invoker" {
  description = "Call the function (a grant; its address is the ARN)."
  value = {
    address     = aws_lambda_function.this.arn
    permissions = [{ actions = ["lambda:InvokeFunction"], resources = [aws_lambda_function.this.arn] }]
  }
}

output "name" {
  description = "Name of the function, for people; code is given a grant."
  value       = aws_lambda_function.this.function_name
}
