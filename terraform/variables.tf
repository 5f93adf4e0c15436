variable "environment" {
  description = "Name of the environment. It is part of the name of every resource."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,15}$", var.environment))
    error_message = "environment is \"${var.environment}\", but must be 1 to 16 lower-case letters, digits or -, and start with a letter: it is part of every resource name."
  }
}

# Build

variable "build" {
  description = "Build to deploy: a folder of build/out, named <python>-<architecture>."
  type        = string
  default     = "3.13-x86_64"
  nullable    = false

  validation {
    condition     = can(regex("^3\\.[0-9]+-(arm64|x86_64)$", var.build))
    error_message = "build is \"${var.build}\", but must be like 3.13-x86_64 or 3.13-arm64, as `make build PYTHON=3.13 ARCH=x86_64` names it."
  }
}

variable "oldest_python" {
  description = "Oldest Python version to accept. On AWS, the wheels in the layers need 3.12; a laptop may use an older one."
  type        = string
  default     = "3.12"
  nullable    = false
}

# Models

variable "bundles" {
  description = "Folders of model bundles that Terraform uploads, relative to the project. Removing one deletes its bundle from the bucket."
  type        = set(string)
  default     = ["models/digits/bundle"]
  nullable    = false
}

variable "models" {
  description = "Deployed models by name: the hash of the version (by default that of the only folder in bundles with this name), the hash of a shadow version, and whether tasks that name no model use it."
  type = map(object({
    version = optional(string)
    default = optional(bool, false)
    shadow  = optional(string)
  }))
  default  = { digits = {} }
  nullable = false

  validation {
    condition     = length(var.models) >= 1 && length(var.models) <= 10
    error_message = "models has ${length(var.models)} entries, but must have 1 to 10: their addresses must fit into a function's environment."
  }

  validation {
    condition     = alltrue([for name in keys(var.models) : can(regex("^[a-z][a-z0-9-]{0,30}$", name))])
    error_message = "Every name in models must have 1 to 31 lower-case letters, digits or -, and start with a letter: ${join(", ", [for name in keys(var.models) : name if !can(regex("^[a-z][a-z0-9-]{0,30}$", name))])}."
  }

  validation {
    condition     = alltrue([for hash in compact(flatten([for model in var.models : [model.version, model.shadow]])) : can(regex("^[0-9a-f]{64}$", hash))])
    error_message = "Every version and shadow in models must be a bundle's full hash, 64 hexadecimal digits: `make publish` prints it."
  }

  validation {
    condition     = length(var.models) == 1 || length([for model in var.models : model if model.default]) == 1
    error_message = "Exactly one of several models must be the default, but ${length([for model in var.models : model if model.default])} of ${join(", ", keys(var.models))} are: set default = true for one."
  }
}

variable "model" {
  description = "Version to deploy of one model, as name@hash. Overrides the version in models. `make apply MODEL=...` sets it."
  type        = string
  default     = null

  validation {
    condition     = var.model == null || can(regex("^[^@]+@[0-9a-f]{64}$", var.model))
    error_message = "model is ${jsonencode(var.model)}, but must be name@hash with all 64 hexadecimal digits; `make apply MODEL=...` also accepts the first few."
  }

  validation {
    condition     = var.model == null || contains(keys(var.models), split("@", coalesce(var.model, "@"))[0])
    error_message = "model is ${jsonencode(var.model)}, but models has only ${join(", ", keys(var.models))}: add an entry to models to deploy it in addition."
  }
}

# Classification

variable "worker" {
  description = "Worker: memory in MB, timeout of a batch in seconds, images per batch, concurrent batches, attempts before an image becomes a dead letter, and the delay before the second attempt in seconds, which then doubles."
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
    error_message = "worker.timeout is ${var.worker.timeout} s, but must be 10 to 45 s: the visibility timeout is six times as long, and the predictions queue detects duplicates for only 300 s. Lower batch_size instead."
  }

  validation {
    condition     = var.worker.retry_seconds >= 1 && var.worker.retry_seconds <= 900
    error_message = "worker.retry_seconds is ${var.worker.retry_seconds}, but must be 1 to 900 s."
  }

  validation {
    condition     = var.worker.memory >= 1024
    error_message = "worker.memory is ${var.worker.memory} MB, but must be at least 1,024 MB: the largest accepted images need it."
  }
}

variable "snap_start" {
  description = "Whether functions that classify start from a snapshot of each published version (Lambda SnapStart). Needs Python 3.12 or later."
  type        = bool
  default     = false
  nullable    = false
}

variable "canary" {
  description = "Canary release: the share of invocations that each function's newest version receives, and by function the version that receives the rest. `make apply SHARE=0.1` sets it. Null sends all to the newest version."
  type        = object({ traffic_share = number, stable_versions = map(string) })
  default     = null

  validation {
    condition     = try(var.canary.traffic_share > 0 && var.canary.traffic_share < 1, var.canary == null)
    error_message = "canary.traffic_share is ${try(var.canary.traffic_share, 0)}, but must be between 0 and 1: omit SHARE to send all invocations to the newest version."
  }
}

variable "image_buckets" {
  description = "Buckets of this account that s3:// URLs of images and lists of images may refer to."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for bucket in var.image_buckets : can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", bucket))])
    error_message = "Every entry of image_buckets must be only the name of a bucket, for example holiday-photos."
  }
}

variable "private_hosts" {
  description = "Internal hosts, as host:port, from which images may be fetched. Everyone who can send a task can reach them."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for host in var.private_hosts : can(regex("^[A-Za-z0-9.-]+:[0-9]{1,5}$", host))])
    error_message = "Every entry of private_hosts must be host:port, for example images.internal:8080."
  }
}

# Jobs

variable "jobs" {
  description = "Jobs: concurrent images of a posted list and the days for which jobs are kept. For lists in S3: images per batch, concurrent batches, timeout of a batch in seconds, and the tolerated percentage of images in failed batches."
  type = object({
    concurrency                  = optional(number, 40)
    retention_days               = optional(number, 7)
    batch_size                   = optional(number, 100)
    batch_concurrency            = optional(number, 20)
    batch_timeout                = optional(number, 300)
    tolerated_failure_percentage = optional(number, 5)
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name, number in var.jobs : floor(number) == number || name == "tolerated_failure_percentage"])
    error_message = "Every number in jobs except tolerated_failure_percentage must be whole, but ${join(", ", [for name, number in var.jobs : "${name} is ${number}" if floor(number) != number && name != "tolerated_failure_percentage"])}: round it."
  }

  validation {
    condition     = var.jobs.concurrency >= 1 && var.jobs.concurrency <= 40
    error_message = "jobs.concurrency is ${var.jobs.concurrency}, but must be 1 to 40, the limit of Step Functions for an inline map: for more, put the list into S3."
  }

  validation {
    condition     = var.jobs.batch_size >= 1 && var.jobs.batch_size <= 1000 && var.jobs.batch_concurrency >= 1 && var.jobs.batch_concurrency <= 1000
    error_message = "jobs.batch_size is ${var.jobs.batch_size} and jobs.batch_concurrency ${var.jobs.batch_concurrency}, but both must be 1 to 1,000."
  }

  validation {
    condition     = var.jobs.batch_timeout >= 10 && var.jobs.batch_timeout <= 900
    error_message = "jobs.batch_timeout is ${var.jobs.batch_timeout} s, but must be 10 to 900 s, the limit of a Lambda function. Lower batch_size instead."
  }

  validation {
    condition     = var.jobs.tolerated_failure_percentage >= 0 && var.jobs.tolerated_failure_percentage <= 100
    error_message = "jobs.tolerated_failure_percentage is ${var.jobs.tolerated_failure_percentage}, but must be 0 to 100."
  }
}

# Operations

variable "alarm_emails" {
  description = "E-mail addresses that receive every alarm. Each must confirm the message that AWS sends first."
  type        = set(string)
  default     = []
  nullable    = false
}

variable "alarm_key" {
  description = "ARN of your own KMS key for encrypting alarm notifications. Its policy must allow cloudwatch.amazonaws.com to use it. Null for no KMS encryption."
  type        = string
  default     = null
}

variable "log_days" {
  description = "Retention of logs in days."
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
