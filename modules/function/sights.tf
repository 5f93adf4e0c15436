# What can be seen of the function, all versions and aliases of it together.

output "errors" {
  description = "Calls that ended with an error, ran out of time or memory, or never began (a sight)."
  value       = merge(local.sight, { metric = "Errors", statistic = "Sum" })
}

output "throttles" {
  description = "Calls that were refused because too many ran at once (a sight)."
  value       = merge(local.sight, { metric = "Throttles", statistic = "Sum" })
}

output "duration" {
  description = "Milliseconds that a call took (a sight)."
  value       = merge(local.sight, { metric = "Duration", statistic = "p50" })
}

output "cold_starts" {
  description = "Calls that had to start a new process first (a sight)."
  value = {
    namespace  = local.environment.POWERTOOLS_METRICS_NAMESPACE
    metric     = "ColdStart"
    dimensions = { function_name = aws_lambda_function.this.function_name, service = local.environment.POWERTOOLS_SERVICE_NAME }
    statistic  = "Sum"
  }
}

output "counts" {
  description = "What every count has that the function's own code publishes: merge a metric's name into it, and it is a sight."
  value = {
    namespace  = local.environment.POWERTOOLS_METRICS_NAMESPACE
    dimensions = { service = local.environment.POWERTOOLS_SERVICE_NAME }
    statistic  = "Sum"
  }
}

output "log_group" {
  description = "Name of the group that holds the function's log."
  value       = module.logs.writer.address
}

locals {
  sight = { namespace = "AWS/Lambda", dimensions = { FunctionName = aws_lambda_function.this.function_name } }
}
