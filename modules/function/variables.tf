variable "name" {
  description = "Name of the function, its role and its log group."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,64}$", var.name))
    error_message = "The function's name \"${var.name}\" must have 1 to 64 letters, digits, - or _."
  }
}

variable "artifact" {
  description = "The function's zip, from modules/artifacts."
  type        = object({ path = string, handler = string, runtime = string, architecture = string })
  nullable    = false
}

variable "layers" {
  description = "ARNs of the layers under the function, the last one on top."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = length(var.layers) <= 5
    error_message = "${length(var.layers)} layers are too many: Lambda takes at most 5."
  }
}

variable "size" {
  description = "Memory in MB (1,769 buy one core), the seconds that one call may take, and MB of /tmp."
  type        = object({ memory = optional(number, 128), timeout = optional(number, 5), storage = optional(number, 512) })
  default     = {}
  nullable    = false

  validation {
    condition     = var.size.memory >= 128 && var.size.memory <= 10240
    error_message = "size.memory is ${var.size.memory} MB, but Lambda takes 128 to 10,240 MB."
  }

  validation {
    condition     = var.size.timeout >= 1 && var.size.timeout <= 900
    error_message = "size.timeout is ${var.size.timeout} s, but Lambda takes 1 to 900 s."
  }

  validation {
    condition     = var.size.storage >= 512 && var.size.storage <= 10240
    error_message = "size.storage is ${var.size.storage} MB, but Lambda takes 512 to 10,240 MB."
  }
}

variable "settings" {
  description = "Environment variables that open nothing; what opens something comes through uses."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "uses" {
  description = "Grants by the environment variable through which the code finds their address."
  type = map(object({
    address     = string
    permissions = list(object({ actions = list(string), resources = list(string) }))
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for use in keys(var.uses) : can(regex("^[A-Z][A-Z0-9_]*$", use)) && !contains(["LOGS", "TRACES", "TRIGGER"], use)])
    error_message = "Each key of uses is an environment variable in capitals, and LOGS, TRACES and TRIGGER are taken: rename the key."
  }
}

variable "trigger" {
  description = "The queue to take work from (its receiver grant), messages a batch, seconds to wait for a batch to fill, and batches at once."
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
    error_message = "trigger.maximum_concurrency is ${try(var.trigger.maximum_concurrency, 0)}, but SQS takes 2 to 1,000."
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
  description = "Days that the function's logs are kept."
  type        = number
  default     = 365
  nullable    = false
}

variable "snap_start" {
  description = "Whether Lambda starts the function from a snapshot that it takes of each published version."
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = !var.snap_start || try(tonumber(split(".", var.artifact.runtime)[1]) >= 12, false)
    error_message = "snap_start is asked for, but Lambda takes snapshots from Python 3.12 on, and ${var.name} is built for ${var.artifact.runtime}."
  }

  validation {
    condition     = !var.snap_start || var.size.storage <= 512
    error_message = "snap_start is asked for, but Lambda takes no snapshot with more than 512 MB of /tmp, and size.storage is ${var.size.storage} MB: give one of them up."
  }
}
