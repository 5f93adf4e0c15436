variable "name" {
  description = "Name of the state machine, its role and its log group."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,64}$", var.name))
    error_message = "The state machine's name \"${var.name}\" must have 1 to 64 letters, digits, - or _."
  }
}

variable "definition" {
  description = "File of the definition: JSON in the Amazon States Language, with placeholders such as \"$${Split}\" inside its strings."
  type        = string
  nullable    = false

  validation {
    condition     = can(jsondecode(file(var.definition)))
    error_message = "${var.definition} is no JSON: write every placeholder inside a string, numbers too, such as \"MaxConcurrency\": \"$${concurrency}\"."
  }

  validation {
    condition     = !can(regex("\"arn:[a-z-]+:(lambda|states:[a-z0-9-]+:[0-9]+):", file(var.definition)))
    error_message = "${var.definition} names a function or a state machine by its ARN: write a placeholder and give its grant in uses, which is also its permission."
  }
}

variable "uses" {
  description = "Grants by the placeholder that stands for their address in the definition: the definition names them, the role has them."
  type = map(object({
    address     = string
    permissions = list(object({ actions = list(string), resources = list(string) }))
  }))
  nullable = false

  validation {
    condition     = alltrue([for use in keys(var.uses) : can(regex("^[A-Z][A-Za-z0-9]*[a-z0-9]$", use))])
    error_message = "Each key of uses must be a word in CamelCase such as Split: words in capitals are the module's own."
  }

  validation {
    condition = alltrue([for use in keys(var.uses) : strcontains(file(var.definition), "$${${use}}")])
    error_message = format(
      "%s does not name %s: what it does not use it is not granted, so take that out of uses.",
      var.definition, join(", ", [for use in keys(var.uses) : use if !strcontains(file(var.definition), "$${${use}}")]),
    )
  }
}

variable "numbers" {
  description = "Numbers by the placeholder that stands for them, which fills a whole string in the definition."
  type        = map(number)
  default     = {}
  nullable    = false

  validation {
    condition = alltrue([for name in keys(var.numbers) : strcontains(file(var.definition), "\"$${${name}}\"")])
    error_message = format(
      "%s has no string that is just the placeholder of %s: write one, or take the number out.",
      var.definition, join(", ", [for name in keys(var.numbers) : name if !strcontains(file(var.definition), "\"$${${name}}\"")]),
    )
  }
}

variable "log_days" {
  description = "Days that the state machine's logs are kept."
  type        = number
  default     = 365
  nullable    = false
}
