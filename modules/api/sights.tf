# What can be seen of the API, all its routes together.

output "faults" {
  description = "Requests that were answered with a status of 5xx (a sight)."
  value       = merge(local.sight, { metric = "5xx" })
}

output "requests" {
  description = "Requests, however they were answered (a sight)."
  value       = merge(local.sight, { metric = "Count" })
}

locals {
  sight = { namespace = "AWS/ApiGateway", dimensions = { ApiId = aws_apigatewayv2_api.this.id }, statistic = "Sum" }
}
