# Routes that call a function: it gets the request whole and answers it.

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
  qualifier     = try(split(":", each.value.address)[7], null) # of the alias, if it is one's ARN
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.this.execution_arn}/*/${replace(each.key, " ", "")}" # this route of its only stage
}
