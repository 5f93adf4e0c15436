variable "name" {
  description = "Name of the API and its log group."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,40}$", var.name))
    error_message = "The API's name \"${var.name}\" must have 1 to 40 letters, digits, - or _: roles are named after it and a route."
  }
}

variable "routes" {
  description = "Grants by the route that they answer, such as \"POST /jobs\": a function's invoker or a state machine's starter."
  type = map(object({
    address     = string
    permissions = list(object({ actions = list(string), resources = list(string) }))
  }))
  nullable = false

  validation {
    condition     = alltrue([for route in keys(var.routes) : can(regex("^(DELETE|GET|PATCH|POST|PUT) (/([A-Za-z0-9._-]+|\\{[a-z_]+\\}))+$", route))])
    error_message = "Every route must be a method and a path, such as \"POST /jobs\" or \"GET /jobs/{id}\"."
  }

  validation {
    condition = alltrue([for grant in values(var.routes) : anytrue([
      for action in flatten(grant.permissions[*].actions) : contains(["lambda:InvokeFunction", "states:StartExecution"], action)
    ])])
    error_message = "Every route must be given a function's invoker or a state machine's starter grant: the API can do nothing with another."
  }
}

variable "authorization" {
  description = "Who may call: AWS_IAM lets in those whose policies allow it, NONE lets in everybody."
  type        = string
  default     = "AWS_IAM"
  nullable    = false

  validation {
    condition     = contains(["AWS_IAM", "NONE"], var.authorization)
    error_message = "authorization is \"${var.authorization}\", but must be AWS_IAM or NONE."
  }
}

variable "throttle" {
  description = "Requests that are let in: a second on the average, and at one moment."
  type        = object({ rate = optional(number, 10), burst = optional(number, 20) })
  default     = {}
  nullable    = false

  validation {
    condition     = var.throttle.rate >= 1 && var.throttle.burst >= 1
    error_message = "throttle lets in ${var.throttle.rate} requests a second and ${var.throttle.burst} at one moment, but both must be at least 1."
  }
}

variable "log_days" {
  description = "Days that the API's access logs are kept."
  type        = number
  default     = 365
  nullable    = false
}
