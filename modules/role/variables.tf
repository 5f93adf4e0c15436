variable "name" {
  description = "Name of the role."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9+=,.@_-]{1,64}$", var.name))
    error_message = "Invalid role name \"${var.name}\": use 1 to 64 letters, digits or the characters +=,.@_-."
  }
}

variable "service" {
  description = "AWS service that assumes the role, for example lambda.amazonaws.com."
  type        = string
  nullable    = false

  validation {
    condition     = endswith(var.service, ".amazonaws.com")
    error_message = "service is \"${var.service}\", but must be a service principal, for example lambda.amazonaws.com."
  }
}

variable "uses" {
  description = "Grants by the name of their use. Each grant with permissions becomes an inline policy of that name."
  type = map(object({
    address     = string
    permissions = list(object({ actions = list(string), resources = list(string) }))
  }))
  nullable = false

  validation {
    condition = alltrue(flatten([
      for grant in values(var.uses) : [for permission in grant.permissions : [
        for action in permission.actions : can(regex("^[a-z0-9-]+:[A-Za-z0-9]+$", action))
      ]]
    ]))
    error_message = "Every action of a grant must be named in full, for example sqs:SendMessage: wildcards are not accepted."
  }
}
