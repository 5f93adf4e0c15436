# A small stack with the provider and the backend of the real one. It is applied in seconds.

variable "environment" {
  description = "Name of the environment, as in the root."
  type        = string
}

# Its address has quotes, blanks, braces and dollars, like those of the API's routes.
resource "aws_cloudwatch_log_group" "first" {
  for_each = { "GET /it's/{id} $default" = "first" }

  name = "/aws/drill/sluice-${var.environment}-${each.value}"
}

# An apply can be held here: it waits for the file `go`.
resource "terraform_data" "middle" {
  input = values(aws_cloudwatch_log_group.first)[*].name

  provisioner "local-exec" {
    command = "touch \"$DRILL/held-$$\"; until [ -e \"$DRILL/go\" ]; do sleep 0.05; done"
  }
}

resource "aws_cloudwatch_log_group" "last" {
  name       = "/aws/drill/sluice-${var.environment}-last"
  depends_on = [terraform_data.middle]
}
