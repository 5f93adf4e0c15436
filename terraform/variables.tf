variable "environment" {
  description = "Name of the environment; every resource carries it."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,15}$", var.environment))
    error_message = "environment is \"${var.environment}\", but must be 1 to 16 lower-case letters, digits or -, and start with a letter: every name is made from it."
  }
}

variable "build" {
  description = "Which build to deploy: a folder of build/out, named <python>-<architecture>."
  type        = string
  default     = "3.13-x86_64"
  nullable    = false

  validation {
    condition     = can(regex("^3\\.[0-9]+-(arm64|x86_64)$", var.build))
    error_message = "build is \"${var.build}\", but must be like 3.13-x86_64 or 3.13-arm64: what `make build PYTHON=3.13 ARCH=x86_64` makes."
  }
}

variable "oldest_python" {
  description = "The oldest Python to deploy: AWS runs the layers' wheels from 3.12 on; a laptop may be older."
  type        = string
  default     = "3.12"
  nullable    = false
}

variable "worker" {
  description = "The worker's memory in MB, seconds a batch, images a batch, batches at once, attempts before an image is a dead letter, and seconds before the second (then doubling)."
  type = object({
    memory              = optional(number, 1769)
    timeout             = optional(number, 30)
    batch_size          = optional(number, 10)
    maximum_concurrency = optional(number, 10)
    attempts            = optional(number, 5)
    retry_seconds       = optional(number, 30)
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for number in values(var.worker) : floor(number) == number])
    error_message = "Every number in worker must be whole, but ${join(", ", [for name, number in var.worker : "${name} is ${number}" if floor(number) != number])}: round it."
  }

  validation {
    condition     = var.worker.timeout >= 10 && var.worker.timeout <= 45
    error_message = "worker.timeout is ${var.worker.timeout} s, but must be 10 to 45 s: an image is tried again after six times as long, and the results queue knows its duplicates for only 300 s. Lower batch_size instead."
  }

  validation {
    condition     = var.worker.retry_seconds >= 1 && var.worker.retry_seconds <= 900
    error_message = "worker.retry_seconds is ${var.worker.retry_seconds}, but must be 1 to 900 s."
  }

  validation {
    condition     = var.worker.memory >= 1024
    error_message = "worker.memory is ${var.worker.memory} MB, but the largest images that are let in need 1,024 MB: give it at least as much."
  }
}

variable "image_buckets" {
  description = "Buckets of this account whose images may be classified by an s3:// address, and whose lists of images may be run."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for bucket in var.image_buckets : can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", bucket))])
    error_message = "Every entry of image_buckets must be the bare name of a bucket, such as holiday-photos."
  }
}

variable "private_hosts" {
  description = "host:port pairs that images may be fetched from although they are internal; anyone who can send a task can reach them."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for host in var.private_hosts : can(regex("^[A-Za-z0-9.-]+:[0-9]{1,5}$", host))])
    error_message = "Every entry of private_hosts must be host:port, such as images.internal:8080."
  }
}

variable "log_days" {
  description = "Days that logs are kept."
  type        = number
  default     = 365
  nullable    = false
}

variable "force_destroy" {
  description = "Whether `terraform destroy` may delete the buckets with the models and jobs in them."
  type        = bool
  default     = false
  nullable    = false
}

locals {
  prefix = "sluice-${var.environment}"
}
