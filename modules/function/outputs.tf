output "invoker" {
  description = "Grant to invoke the function. The address is the ARN of its alias `live`."
  value = {
    address     = aws_lambda_alias.live.arn
    permissions = [{ actions = ["lambda:InvokeFunction"], resources = [aws_lambda_alias.live.arn] }]
  }
}

output "name" {
  description = "Name of the function, for people, who invoke it as name:live. Code uses a grant."
  value       = aws_lambda_function.this.function_name
}

output "versions" {
  description = "The live version, which receives all or most of the traffic, and the newest version."
  value       = { live = aws_lambda_alias.live.function_version, newest = aws_lambda_function.this.version }
}

output "log_group" {
  description = "Name of the function's log group."
  value       = module.logs.writer.address
}
