variable "name" {
  description = "Name of the queue, without the suffix .fifo."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,75}$", var.name))
    error_message = "Invalid queue name \"${var.name}\": use 1 to 75 letters, digits, - or _."
  }
}

variable "fifo" {
  description = "Whether the queue drops messages with an id that it received within the last five minutes. Costs more per request."
  type        = bool
  default     = false
  nullable    = false
}

variable "consumer_timeout" {
  description = "Timeout of the consumer for one batch in seconds. The visibility timeout is six times as long."
  type        = number
  default     = 5
  nullable    = false

  validation {
    condition     = var.consumer_timeout >= 1 && var.consumer_timeout <= 7200
    error_message = "consumer_timeout is ${var.consumer_timeout} s, but must be 1 to 7,200 s: the visibility timeout is six times as long, and SQS allows at most 12 hours."
  }
}

variable "retention_days" {
  description = "Days for which the queue keeps messages."
  type        = number
  default     = 4
  nullable    = false

  validation {
    condition     = var.retention_days >= 1 && var.retention_days <= 14
    error_message = "retention_days is ${var.retention_days}, but SQS accepts 1 to 14 days."
  }
}

variable "dead_letter_queue" {
  description = "Queue that receives a message after this number of failed attempts: another queue's dead_letter_target output, merged with the number. Null for unlimited attempts."
  type        = object({ arn = string, attempts = optional(number, 5) })
  default     = null

  validation {
    condition     = var.dead_letter_queue == null || try(var.dead_letter_queue.attempts, 0) >= 5 && try(var.dead_letter_queue.attempts, 0) <= 1000
    error_message = "dead_letter_queue.attempts is ${try(var.dead_letter_queue.attempts, 0)}, but must be 5 to 1,000: with fewer, messages that a throttled function never received become dead letters."
  }
}
