variable "name" {
  description = "Name of the role."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9+=,.@_-]{1,64}$", var.name))
    error_message = "The role's name \"${var.name}\" must have 1 to 64 letters, digits or +=,.@_- characters: shorten or respell it."
  }
}

variable "service" {
  description = "The AWS service that takes the role, such as lambda.amazonaws.com."
  type        = string
  nullable    = false

  validation {
    condition     = endswith(var.service, ".amazonaws.com")
    error_message = "The service \"${var.service}\" must be a service principal such as lambda.amazonaws.com."
  }
}

variable "uses" {
  description = "Grants by the name of their use; each with permissions becomes an inline policy of that name."
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
    error_message = "Every action of a grant must be one named action such as sqs:SendMessage: name it in full instead of using a wildcard."
  }
}
