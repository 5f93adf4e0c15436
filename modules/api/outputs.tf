output "caller" {
  description = "Call the API's routes (a grant; its address is the URL)."
  value = {
    address     = aws_apigatewayv2_api.this.api_endpoint
    permissions = [{ actions = ["execute-api:Invoke"], resources = ["${aws_apigatewayv2_api.this.execution_arn}/*"] }]
  }
  depends_on = [aws_apigatewayv2_route.this, aws_apigatewayv2_stage.this, aws_lambda_permission.this] # who knows the address is answered there
}
