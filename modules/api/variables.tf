variable "name" {
  description = "Name of the API and its log group."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,40}$", var.name))
    error_message = "Invalid API name \"${var.name}\": use 1 to 40 letters, digits, - or _; role names consist of it and a route."
  }
}

variable "routes" {
  description = "Grant by route, for example \"POST /jobs\". Accepts the invoker grant of a function and the starter grant of a state machine."
  type = map(object({
    address     = string
    permissions = list(object({ actions = list(string), resources = list(string) }))
  }))
  nullable = false

  validation {
    condition     = alltrue([for route in keys(var.routes) : can(regex("^(DELETE|GET|PATCH|POST|PUT) (/([A-Za-z0-9._-]+|\\{[a-z_]+\\}))+$", route))])
    error_message = "Every route must be a method and a path, for example \"POST /jobs\" or \"GET /jobs/{id}\"."
  }

  validation {
    condition = alltrue([for grant in values(var.routes) : anytrue([
      for action in flatten(grant.permissions[*].actions) : contains(["lambda:InvokeFunction", "states:StartExecution"], action)
    ])])
    error_message = "Every route needs the invoker grant of a function or the starter grant of a state machine: the API cannot use any other."
  }
}

variable "authorization" {
  description = "AWS_IAM accepts signed requests of principals whose policies allow the call. NONE accepts every request."
  type        = string
  default     = "AWS_IAM"
  nullable    = false

  validation {
    condition     = contains(["AWS_IAM", "NONE"], var.authorization)
    error_message = "authorization is \"${var.authorization}\", but must be AWS_IAM or NONE."
  }
}

variable "throttle" {
  description = "Request limits: the steady rate per second and the burst."
  type        = object({ rate = optional(number, 10), burst = optional(number, 20) })
  default     = {}
  nullable    = false

  validation {
    condition     = var.throttle.rate >= 1 && var.throttle.burst >= 1
    error_message = "throttle.rate is ${var.throttle.rate} and throttle.burst ${var.throttle.burst}, but both must be at least 1."
  }
}

variable "log_days" {
  description = "Retention of the access logs in days."
  type        = number
  default     = 365
  nullable    = false
}
