variable "name" {
  description = "Name of the queue, without the .fifo ending."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,75}$", var.name))
    error_message = "The queue's name \"${var.name}\" must have 1 to 75 letters, digits, - or _."
  }
}

variable "fifo" {
  description = "Whether messages of one id are delivered once within five minutes, at a higher price."
  type        = bool
  default     = false
  nullable    = false
}

variable "consumer_timeout" {
  description = "Seconds that the consumer may take for one batch; a message stays hidden for six times as long."
  type        = number
  default     = 5
  nullable    = false

  validation {
    condition     = var.consumer_timeout >= 1 && var.consumer_timeout <= 7200
    error_message = "consumer_timeout is ${var.consumer_timeout} s, but must be 1 to 7,200 s: SQS hides a message for at most 12 hours, six times that."
  }
}

variable "retention_days" {
  description = "Days that a message is kept when nobody takes it."
  type        = number
  default     = 4
  nullable    = false

  validation {
    condition     = var.retention_days >= 1 && var.retention_days <= 14
    error_message = "retention_days is ${var.retention_days}, but SQS keeps messages for 1 to 14 days."
  }
}

variable "dead_letters" {
  description = "Where a message goes after so many failed attempts: another queue's dead_letters output and the number; null keeps trying."
  type        = object({ arn = string, attempts = optional(number, 5) })
  default     = null

  validation {
    condition     = var.dead_letters == null || try(var.dead_letters.attempts, 0) >= 5 && try(var.dead_letters.attempts, 0) <= 1000
    error_message = "dead_letters.attempts must be 5 to 1,000: below 5, messages that a busy function never saw end as dead letters."
  }
}
