# The smallest stack: it needs no AWS beyond the state bucket, and an apply can be held half-way.

variable "environment" {
  description = "Name of the environment, as in the root."
  type        = string
}

variable "model" {
  description = "Any text; another one changes the resources."
  type        = string
  default     = "first"
}

resource "terraform_data" "first" {
  input = "${var.environment} ${var.model}"
}

# Waits for the file `go`.
resource "terraform_data" "middle" {
  triggers_replace = terraform_data.first.output

  provisioner "local-exec" {
    command = "touch \"$DRILL/held-$$\"; until [ -e \"$DRILL/go\" ]; do sleep 0.05; done"
  }
}

resource "terraform_data" "last" {
  input = terraform_data.middle.id
}
