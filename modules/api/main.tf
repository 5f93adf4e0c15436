# An HTTP API whose routes invoke functions or start state machines. Each route takes a grant, which is all that it may use.

locals {
  functions      = { for route, grant in var.routes : route => grant if contains(flatten(grant.permissions[*].actions), "lambda:InvokeFunction") }
  state_machines = { for route, grant in var.routes : route => grant if contains(flatten(grant.permissions[*].actions), "states:StartExecution") }

  # For names that cannot contain slashes or braces: "GET /jobs/{id}" becomes GET-jobs-id.
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
  target             = "integrations/${merge(aws_apigatewayv2_integration.function, aws_apigatewayv2_integration.state_machine)[each.key].id}"
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

# Routes that invoke a function: the function receives the whole request and returns the response.

resource "aws_apigatewayv2_integration" "function" {
  for_each = local.functions

  api_id                 = aws_apigatewayv2_api.this.id
  integration_type       = "AWS_PROXY"
  integration_uri        = each.value.address
  payload_format_version = "2.0"
}

resource "aws_lambda_permission" "this" {
  for_each = local.functions

  statement_id  = local.slugs[each.key]
  action        = "lambda:InvokeFunction"
  function_name = split(":", each.value.address)[6]
  qualifier     = try(split(":", each.value.address)[7], null) # only the ARN of an alias has one
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.this.execution_arn}/*/${replace(each.key, " ", "")}" # this route, in the API's only stage
}

# Routes that start a state machine with the request body as input. Each has a role that can start only this state machine.

resource "aws_apigatewayv2_integration" "state_machine" {
  for_each = local.state_machines

  api_id                 = aws_apigatewayv2_api.this.id
  integration_type       = "AWS_PROXY"
  integration_subtype    = "StepFunctions-StartExecution"
  payload_format_version = "1.0"
  credentials_arn        = module.role[each.key].arn

  request_parameters = merge(
    { StateMachineArn = each.value.address },
    startswith(each.key, "GET ") ? {} : { Input = "$request.body" }, # a GET request has no body
  )
}

module "role" {
  source   = "../role"
  for_each = local.state_machines

  name    = "${var.name}-${local.slugs[each.key]}"
  service = "apigateway.amazonaws.com"
  uses    = { STARTS = each.value }
}
