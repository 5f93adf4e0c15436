# Routes that start a state machine, with the request's body as its input: each under a role that may start just that one.

resource "aws_apigatewayv2_integration" "machine" {
  for_each = local.machines

  api_id                 = aws_apigatewayv2_api.this.id
  integration_type       = "AWS_PROXY"
  integration_subtype    = "StepFunctions-StartExecution"
  payload_format_version = "1.0"
  credentials_arn        = module.role[each.key].arn

  request_parameters = merge(
    { StateMachineArn = each.value.address },
    startswith(each.key, "GET ") ? {} : { Input = "$request.body" }, # a GET has none
  )
}

module "role" {
  source   = "../role"
  for_each = local.machines

  name    = "${var.name}-${local.slugs[each.key]}"
  service = "apigateway.amazonaws.com"
  uses    = { STARTS = each.value }
}
