variable "name" {
  description = "Name of the state machine, its role and its log group."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,64}$", var.name))
    error_message = "Invalid state machine name \"${var.name}\": use 1 to 64 letters, digits, - or _."
  }
}

variable "definition" {
  description = "Path of the definition: Amazon States Language as JSON, with placeholders, for example \"$${Split}\", inside its strings."
  type        = string
  nullable    = false

  validation {
    condition     = can(jsondecode(file(var.definition)))
    error_message = "${var.definition} is not valid JSON: write every placeholder inside a string, including numbers, for example \"MaxConcurrency\": \"$${concurrency}\"."
  }

  validation {
    condition     = !can(regex("\"arn:[a-z-]+:(lambda|states:[a-z0-9-]+:[0-9]+):", file(var.definition)))
    error_message = "${var.definition} contains the ARN of a function or state machine: write a placeholder and pass its grant in uses, which also gives the permission."
  }
}

variable "uses" {
  description = "Grants by the placeholder that the definition has for their address. The role receives their permissions."
  type = map(object({
    address     = string
    permissions = list(object({ actions = list(string), resources = list(string) }))
  }))
  nullable = false

  validation {
    condition     = alltrue([for use in keys(var.uses) : can(regex("^[A-Z][A-Za-z0-9]*[a-z0-9]$", use))])
    error_message = "Each key of uses must be a name in CamelCase, for example Split: the module itself uses names in capitals."
  }

  validation {
    condition = alltrue([for use in keys(var.uses) : strcontains(file(var.definition), "$${${use}}")])
    error_message = format(
      "%s has no placeholder for %s: remove them from uses, because unused grants are not accepted.",
      var.definition, join(", ", [for use in keys(var.uses) : use if !strcontains(file(var.definition), "$${${use}}")]),
    )
  }
}

variable "numbers" {
  description = "Numbers by their placeholder, which must be a whole string in the definition."
  type        = map(number)
  default     = {}
  nullable    = false

  validation {
    condition = alltrue([for name in keys(var.numbers) : strcontains(file(var.definition), "\"$${${name}}\"")])
    error_message = format(
      "%s has no string that consists of only the placeholder of %s: add one, or remove the number.",
      var.definition, join(", ", [for name in keys(var.numbers) : name if !strcontains(file(var.definition), "\"$${${name}}\"")]),
    )
  }
}

variable "log_days" {
  description = "Retention of the state machine's logs in days."
  type        = number
  default     = 365
  nullable    = false
}
