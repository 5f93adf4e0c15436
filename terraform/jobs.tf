# What every job needs, posted or from S3: its sizes, a place for what is large, and time.

variable "jobs" {
  description = "Images of a posted list at once, days that jobs are kept; for lists in S3: images a batch, batches at once, seconds a batch, and the percentage of images whose batches may fail."
  type = object({
    concurrency                  = optional(number, 40)
    keep_days                    = optional(number, 7)
    batch_size                   = optional(number, 100)
    batches                      = optional(number, 20)
    batch_seconds                = optional(number, 300)
    tolerated_failure_percentage = optional(number, 5)
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name, number in var.jobs : floor(number) == number || name == "tolerated_failure_percentage"])
    error_message = "Every number in jobs but tolerated_failure_percentage must be whole, but ${join(", ", [for name, number in var.jobs : "${name} is ${number}" if floor(number) != number && name != "tolerated_failure_percentage"])}: round it."
  }

  validation {
    condition     = var.jobs.concurrency >= 1 && var.jobs.concurrency <= 40
    error_message = "jobs.concurrency is ${var.jobs.concurrency}, but Step Functions does 1 to 40 items of a list at once: for more, put the list into S3."
  }

  validation {
    condition     = var.jobs.batch_size >= 1 && var.jobs.batch_size <= 1000 && var.jobs.batches >= 1 && var.jobs.batches <= 1000
    error_message = "jobs.batch_size is ${var.jobs.batch_size} and jobs.batches ${var.jobs.batches}, but both must be 1 to 1,000."
  }

  validation {
    condition     = var.jobs.batch_seconds >= 10 && var.jobs.batch_seconds <= 900
    error_message = "jobs.batch_seconds is ${var.jobs.batch_seconds}, but must be 10 to 900 s: a function's call ends then. Lower batch_size instead."
  }

  validation {
    condition     = var.jobs.tolerated_failure_percentage >= 0 && var.jobs.tolerated_failure_percentage <= 100
    error_message = "jobs.tolerated_failure_percentage is ${var.jobs.tolerated_failure_percentage}, but must be 0 to 100."
  }
}

module "jobs" {
  source             = "../modules/bucket"
  name               = "${local.prefix}-jobs"
  folders            = ["jobs"]
  keep_days          = { jobs = var.jobs.keep_days }
  keep_replaced_days = 1 # what is forgotten is gone a day later
  force_destroy      = var.force_destroy
}

locals {
  seconds = {
    start         = 25 # the API itself waits for 30
    status        = 25
    split         = 30
    classify      = var.worker.timeout
    reduce        = 60
    bulk_classify = var.jobs.batch_seconds
    bulk_reduce   = 60
  }

  patience = { for step, seconds in local.seconds : step => seconds + 5 } # a state outlasts its function, whose own word tells more
}
