# A small stack with the provider and backend of the real one, which is applied in seconds.

variable "environment" {
  description = "Name of the environment, as in the root."
  type        = string
}

# Its address contains quotes, spaces, braces and a dollar sign, like those of the API's routes.
resource "aws_cloudwatch_log_group" "first" {
  for_each = { "GET /it's/{id} $default" = "first" }

  name = "/aws/drill/sluice-${var.environment}-${each.value}"
}

# An apply is held here until the file `open` exists.
resource "terraform_data" "middle" {
  input = values(aws_cloudwatch_log_group.first)[*].name

  provisioner "local-exec" {
    command = "touch \"$APPLY_GATE/held-$$\"; until [ -e \"$APPLY_GATE/open\" ]; do sleep 0.05; done"
  }
}

resource "aws_cloudwatch_log_group" "last" {
  name       = "/aws/drill/sluice-${var.environment}-last"
  depends_on = [terraform_data.middle]
}
