# An HTTP API: each route is a grant, to call a function or to start a state machine, and nothing else is let in.

locals {
  functions = { for route, grant in var.routes : route => grant if contains(flatten(grant.permissions[*].actions), "lambda:InvokeFunction") }
  machines  = { for route, grant in var.routes : route => grant if contains(flatten(grant.permissions[*].actions), "states:StartExecution") }
  # What a route is called where slashes and braces may not be: "GET /jobs/{id}" is GET-jobs-id.
  slugs = { for route in keys(var.routes) : route => trim(replace(route, "/[^A-Za-z0-9]+/", "-"), "-") }
}

resource "aws_apigatewayv2_api" "this" {
  name          = var.name
  protocol_type = "HTTP"
}

resource "aws_apigatewayv2_route" "this" {
  for_each = var.routes

  api_id             = aws_apigatewayv2_api.this.id
  route_key          = each.key
  authorization_type = var.authorization
  target             = "integrations/${merge(aws_apigatewayv2_integration.function, aws_apigatewayv2_integration.machine)[each.key].id}"
}

resource "aws_apigatewayv2_stage" "this" {
  api_id      = aws_apigatewayv2_api.this.id
  name        = "$default"
  auto_deploy = true

  default_route_settings {
    throttling_rate_limit  = var.throttle.rate
    throttling_burst_limit = var.throttle.burst
  }

  access_log_settings {
    destination_arn = module.logs.arn
    format = jsonencode({
      time              = "$context.requestTime"
      request           = "$context.requestId"
      caller            = "$context.identity.userArn"
      address           = "$context.identity.sourceIp"
      route             = "$context.routeKey"
      status            = "$context.status"
      bytes             = "$context.responseLength"
      latency           = "$context.responseLatency"
      error             = "$context.error.message"
      integration_error = "$context.integrationErrorMessage"
    })
  }
}

module "logs" {
  source = "../log_group"
  name   = "/aws/vendedlogs/apis/${var.name}"
  days   = var.log_days
}

moved {
  from = aws_cloudwatch_log_group.this
  to   = module.logs.aws_cloudwatch_log_group.this
}
