variable "name" {
  description = "Name of the bucket. S3 bucket names are globally unique."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.name))
    error_message = "Invalid bucket name \"${var.name}\": use 3 to 63 lower-case letters, digits, . or -, and start and end with a letter or digit."
  }
}

variable "folders" {
  description = "Folders to export grants for, without a slash at the end."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for folder in var.folders : can(regex("^[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*$", folder))])
    error_message = "Every entry of folders must be like jobs or models/digits: letters, digits, . _ - and single slashes between them."
  }
}

variable "expiration" {
  description = "Expiration rules by name: current objects under prefix expire after days, noncurrent versions after noncurrent_days. Everything else is kept."
  type        = map(object({ prefix = optional(string, ""), days = optional(number), noncurrent_days = optional(number) }))
  default     = {}
  nullable    = false

  validation {
    condition = alltrue([for days in flatten([for rule in values(var.expiration) : [coalesce(rule.days, 1), coalesce(rule.noncurrent_days, 1)]]) :
      days >= 1 && floor(days) == days
    ])
    error_message = "Every days and noncurrent_days of expiration must be a whole number of days, at least 1."
  }

  validation {
    condition     = alltrue([for rule in values(var.expiration) : rule.days == null || contains([for folder in var.folders : "${folder}/"], rule.prefix)])
    error_message = "The prefix of every expiration rule with days must be one of folders and a slash: current objects elsewhere never expire."
  }
}

variable "force_destroy" {
  description = "Whether destroying the bucket also deletes the objects in it."
  type        = bool
  default     = false
  nullable    = false
}
