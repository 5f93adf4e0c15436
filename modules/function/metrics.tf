# Metrics of the function, over all its versions and aliases.

output "errors" {
  description = "Metric: invocations that raised an error, timed out, ran out of memory or failed to start."
  value       = merge(local.metric, { name = "Errors", statistic = "Sum" })
}

output "throttles" {
  description = "Metric: invocations that Lambda rejected because of a concurrency limit."
  value       = merge(local.metric, { name = "Throttles", statistic = "Sum" })
}

output "duration" {
  description = "Metric: duration of an invocation in milliseconds."
  value       = merge(local.metric, { name = "Duration", statistic = "p50" })
}

output "cold_starts" {
  description = "Metric: invocations that had to start a new execution environment."
  value = {
    namespace  = local.environment.POWERTOOLS_METRICS_NAMESPACE
    name       = "ColdStart"
    dimensions = { function_name = aws_lambda_function.this.function_name, service = local.environment.POWERTOOLS_SERVICE_NAME }
    statistic  = "Sum"
  }
}

output "custom_metric" {
  description = "Namespace, dimensions and statistic of every metric that the function's code publishes: merge a name into it to get a metric."
  value = {
    namespace  = local.environment.POWERTOOLS_METRICS_NAMESPACE
    dimensions = { service = local.environment.POWERTOOLS_SERVICE_NAME }
    statistic  = "Sum"
  }
}

locals {
  metric = { namespace = "AWS/Lambda", dimensions = { FunctionName = aws_lambda_function.this.function_name } }
}
