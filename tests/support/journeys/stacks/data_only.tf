# The smallest stack: it needs only the state bucket, and an apply can be held half-way.

variable "environment" {
  description = "Name of the environment, as in the root."
  type        = string
}

variable "model" {
  description = "Any text; a change replaces the resources."
  type        = string
  default     = "first"
}

resource "terraform_data" "first" {
  input = "${var.environment} ${var.model}"
}

# An apply is held here until the file `open` exists.
resource "terraform_data" "middle" {
  triggers_replace = terraform_data.first.output

  provisioner "local-exec" {
    command = "touch \"$APPLY_GATE/held-$$\"; until [ -e \"$APPLY_GATE/open\" ]; do sleep 0.05; done"
  }
}

resource "terraform_data" "last" {
  input = terraform_data.middle.id
}
