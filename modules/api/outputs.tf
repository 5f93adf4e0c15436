output "caller" {
  description = "Grant to call the API's routes. The address is the API's URL."
  value = {
    address     = aws_apigatewayv2_api.this.api_endpoint
    permissions = [{ actions = ["execute-api:Invoke"], resources = ["${aws_apigatewayv2_api.this.execution_arn}/*"] }]
  }
  depends_on = [aws_apigatewayv2_route.this, aws_apigatewayv2_stage.this, aws_lambda_permission.this] # the URL works as soon as it is known
}
