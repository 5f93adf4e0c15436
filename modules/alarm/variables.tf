variable "name" {
  description = "Name of the alarm."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,255}$", var.name))
    error_message = "Invalid alarm name \"${var.name}\": use 1 to 255 letters, digits, - or _."
  }
}

variable "description" {
  description = "Meaning of the alarm and where to read more. It is part of every notification."
  type        = string
  nullable    = false

  validation {
    condition     = length(var.description) >= 1 && length(var.description) <= 1024
    error_message = "The description of ${var.name} has ${length(var.description)} characters, but must have 1 to 1,024."
  }
}

variable "metric" {
  description = "Metric to watch, as the module of the watched resource exports it."
  type        = object({ namespace = string, name = string, dimensions = map(string), statistic = string })
  nullable    = false

  validation {
    condition     = contains(["Average", "Maximum", "Minimum", "SampleCount", "Sum"], var.metric.statistic)
    error_message = "The statistic of ${var.name} is ${var.metric.statistic}, but must be Average, Maximum, Minimum, SampleCount or Sum: merge another statistic into the metric."
  }
}

variable "threshold" {
  description = "The alarm starts when the metric is greater than this number."
  type        = number
  nullable    = false

  validation {
    condition     = var.threshold >= 0
    error_message = "The threshold of ${var.name} is ${var.threshold}, but must be at least 0: counts and durations are never negative."
  }
}

variable "period" {
  description = "Length of an evaluation period in seconds."
  type        = number
  default     = 60
  nullable    = false

  validation {
    condition     = var.period >= 60 && var.period % 60 == 0
    error_message = "The period of ${var.name} is ${var.period} s, but must be a multiple of 60 s: AWS publishes these metrics once a minute."
  }
}

variable "evaluation_periods" {
  description = "Number of consecutive periods in which the metric must be greater than the threshold."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.evaluation_periods >= 1 && floor(var.evaluation_periods) == var.evaluation_periods && var.evaluation_periods * var.period <= 86400
    error_message = "${var.name} evaluates ${var.evaluation_periods} periods of ${var.period} s, but must evaluate at least one, and a whole number that covers at most one day."
  }
}

variable "topic_arn" {
  description = "ARN of the SNS topic to notify."
  type        = string
  nullable    = false
}
