variable "bucket" {
  description = "Name of the bucket that keeps the states, from environments/*.s3.tfbackend."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.bucket))
    error_message = "bucket is \"${var.bucket}\", but a bucket's name has 3 to 63 lower-case letters, digits, . or -, and starts and ends with a letter or digit: write another one into environments/*.s3.tfbackend."
  }
}

variable "keys" {
  description = "The key of each environment's state in the bucket, by environment."
  type        = map(string)
  nullable    = false

  validation {
    condition     = length(distinct(values(var.keys))) == length(var.keys) && !contains(values(var.keys), "sluice/bootstrap.tfstate")
    error_message = "Two environments have one key, or that of bootstrap itself (sluice/bootstrap.tfstate): write a key of its own into each of environments/*.s3.tfbackend."
  }

  validation {
    condition     = alltrue([for one in keys(var.keys) : !anytrue([for other in keys(var.keys) : startswith(other, "${one}-")])])
    error_message = "Of ${join(", ", keys(var.keys))}, one begins with another and a -, so its operators could reach the other's resources, whose names begin so, too: rename one."
  }
}

variable "found" {
  description = "Ids, by address, of what is there although no state tells so: an earlier run that was interrupted made it."
  type        = map(string)
  default     = {}
  nullable    = false
}
