output "errors" {
  description = "Metric: responses with a 5xx status, over all routes."
  value       = merge(local.metric, { name = "5xx" })
}

output "requests" {
  description = "Metric: requests, over all routes."
  value       = merge(local.metric, { name = "Count" })
}

locals {
  metric = { namespace = "AWS/ApiGateway", dimensions = { ApiId = aws_apigatewayv2_api.this.id }, statistic = "Sum" }
}
