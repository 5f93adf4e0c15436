variable "bucket" {
  description = "Name of the state bucket, from environments/*.s3.tfbackend."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.bucket))
    error_message = "bucket is \"${var.bucket}\", but must have 3 to 63 lower-case letters, digits, . or -, and start and end with a letter or digit: change it in environments/*.s3.tfbackend."
  }
}

variable "keys" {
  description = "Key of the state file in the bucket, by environment."
  type        = map(string)
  nullable    = false

  validation {
    condition     = length(distinct(values(var.keys))) == length(var.keys) && !contains(values(var.keys), "sluice/bootstrap.tfstate")
    error_message = "Two environments have the same key, or one has that of the bootstrap state (sluice/bootstrap.tfstate): set a different key in each of environments/*.s3.tfbackend."
  }

  validation {
    condition     = alltrue([for name in keys(var.keys) : !anytrue([for other in keys(var.keys) : startswith(other, "${name}-")])])
    error_message = "Of the environments ${join(", ", keys(var.keys))}, the name of one and a hyphen start the name of another, so the policies of the first would also match the resources of the second: rename one."
  }
}

variable "existing" {
  description = "Ids, by resource address, of resources that exist but are in no state, because an earlier run was interrupted."
  type        = map(string)
  default     = {}
  nullable    = false
}
