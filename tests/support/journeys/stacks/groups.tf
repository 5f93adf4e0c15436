# A stack so small that it is applied in seconds, with the settings and the backend of the real one: to practise on.

variable "environment" {
  description = "Name of the environment, as in the root."
  type        = string
}

# Under a key such as the API's routes have: with quotes, blanks, braces and dollars in its address.
resource "aws_cloudwatch_log_group" "first" {
  for_each = { "GET /it's/{id} $default" = "first" }

  name = "/aws/drill/sluice-${var.environment}-${each.value}"
}

# Where an apply can be held: it goes on when there is a file.
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
