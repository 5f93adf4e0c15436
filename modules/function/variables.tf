variable "name" {
  description = "Name of the function, its role and its log group."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,64}$", var.name))
    error_message = "Invalid function name \"${var.name}\": use 1 to 64 letters, digits, - or _."
  }
}

variable "artifact" {
  description = "The function's zip, from modules/artifacts."
  type        = object({ path = string, handler = string, runtime = string, architecture = string })
  nullable    = false
}

variable "layers" {
  description = "ARNs of the function's layers. A later layer overrides files of an earlier one."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = length(var.layers) <= 5
    error_message = "The function has ${length(var.layers)} layers, but Lambda accepts at most 5."
  }
}

variable "size" {
  description = "Memory in MB (1,769 MB correspond to one vCPU), timeout of an invocation in seconds, and MB of /tmp."
  type        = object({ memory = optional(number, 128), timeout = optional(number, 5), storage = optional(number, 512) })
  default     = {}
  nullable    = false

  validation {
    condition     = var.size.memory >= 128 && var.size.memory <= 10240
    error_message = "size.memory is ${var.size.memory} MB, but Lambda accepts 128 to 10,240 MB."
  }

  validation {
    condition     = var.size.timeout >= 1 && var.size.timeout <= 900
    error_message = "size.timeout is ${var.size.timeout} s, but Lambda accepts 1 to 900 s."
  }

  validation {
    condition     = var.size.storage >= 512 && var.size.storage <= 10240
    error_message = "size.storage is ${var.size.storage} MB, but Lambda accepts 512 to 10,240 MB."
  }
}

variable "settings" {
  description = "Environment variables that need no permission. Addresses of resources come through uses."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "uses" {
  description = "Grants by the name of the environment variable that holds their address."
  type = map(object({
    address     = string
    permissions = list(object({ actions = list(string), resources = list(string) }))
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for use in keys(var.uses) : can(regex("^[A-Z][A-Z0-9_]*$", use)) && !contains(["LOGS", "TRACES", "TRIGGER"], use)])
    error_message = "Each key of uses must be an environment variable in capitals other than LOGS, TRACES and TRIGGER, which the module uses itself: rename the key."
  }
}

variable "trigger" {
  description = "SQS queue that triggers the function (its receiver grant), messages per batch, seconds to wait for a full batch, and concurrent batches. Null for no trigger."
  type = object({
    queue = object({
      address     = string
      permissions = list(object({ actions = list(string), resources = list(string) }))
    })
    batch_size          = optional(number, 10)
    batch_window        = optional(number, 0)
    maximum_concurrency = optional(number, 10)
  })
  default = null

  validation {
    condition     = try(var.trigger.maximum_concurrency >= 2 && var.trigger.maximum_concurrency <= 1000, true)
    error_message = "trigger.maximum_concurrency is ${try(var.trigger.maximum_concurrency, 0)}, but SQS accepts 2 to 1,000."
  }

  validation {
    condition     = try(var.trigger.batch_size >= 1 && var.trigger.batch_size <= (var.trigger.batch_window > 0 ? 10000 : 10), true)
    error_message = "trigger.batch_size is ${try(var.trigger.batch_size, 0)}, but must be 1 to 10, or up to 10,000 with a batch_window of at least 1 s."
  }

  validation {
    condition     = try(var.trigger.batch_window >= 0 && var.trigger.batch_window <= 300, true)
    error_message = "trigger.batch_window is ${try(var.trigger.batch_window, 0)} s, but must be 0 to 300 s."
  }
}

variable "log_days" {
  description = "Retention of the function's logs in days."
  type        = number
  default     = 365
  nullable    = false
}

variable "snap_start" {
  description = "Whether to start execution environments from a snapshot of each published version (Lambda SnapStart)."
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = !var.snap_start || try(tonumber(split(".", var.artifact.runtime)[1]) >= 12, false)
    error_message = "${var.name} is built for ${var.artifact.runtime}, but snap_start needs Python 3.12 or later."
  }

  validation {
    condition     = !var.snap_start || var.size.storage <= 512
    error_message = "size.storage is ${var.size.storage} MB, but snap_start allows at most 512 MB of /tmp: reduce the storage or turn snap_start off."
  }
}

variable "canary" {
  description = "Canary release: the share of invocations (between 0 and 1) that the newest version receives, and the version that receives the rest. Null sends all to the newest."
  type        = object({ traffic_share = number, stable_version = string })
  default     = null

  validation {
    condition     = try(var.canary.traffic_share > 0 && var.canary.traffic_share < 1, var.canary == null)
    error_message = "canary.traffic_share is ${try(var.canary.traffic_share, 0)}, but must be between 0 and 1: omit canary to send all invocations to the newest version."
  }

  validation {
    condition     = can(regex("^[1-9][0-9]*$", var.canary.stable_version)) || var.canary == null
    error_message = "canary.stable_version is \"${try(var.canary.stable_version, "")}\", but must be the number of a published version, for example 7."
  }
}
