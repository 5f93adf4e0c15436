variable "name" {
  description = "Name of the alarm."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,255}$", var.name))
    error_message = "The alarm's name \"${var.name}\" must have 1 to 255 letters, digits, - or _."
  }
}

variable "description" {
  description = "What it means and where to read on; it is in every message."
  type        = string
  nullable    = false

  validation {
    condition     = length(var.description) >= 1 && length(var.description) <= 1024
    error_message = "The description of ${var.name} has ${length(var.description)} characters, but must have 1 to 1,024."
  }
}

variable "sight" {
  description = "The metric to watch, as the resource publishes it that it belongs to."
  type        = object({ namespace = string, metric = string, dimensions = map(string), statistic = string })
  nullable    = false

  validation {
    condition     = contains(["Average", "Maximum", "Minimum", "SampleCount", "Sum"], var.sight.statistic)
    error_message = "${var.name} watches the statistic ${var.sight.statistic}, but must watch Average, Maximum, Minimum, SampleCount or Sum: merge another statistic into the sight."
  }
}

variable "above" {
  description = "The alarm goes off when the sight is above this number."
  type        = number
  nullable    = false

  validation {
    condition     = var.above >= 0
    error_message = "${var.name} is to go off above ${var.above}, but counts and seconds are never below 0: say at least 0."
  }
}

variable "period" {
  description = "Seconds over which one number is made of the sight."
  type        = number
  default     = 60
  nullable    = false

  validation {
    condition     = var.period >= 60 && var.period % 60 == 0
    error_message = "The period of ${var.name} is ${var.period} s, but must be whole minutes: AWS publishes these metrics once a minute."
  }
}

variable "periods" {
  description = "So many periods in a row must be above."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.periods >= 1 && floor(var.periods) == var.periods && var.periods * var.period <= 86400
    error_message = "${var.name} looks at ${var.periods} periods of ${var.period} s, but must look at one or more, within a day together."
  }
}

variable "topic" {
  description = "ARN of the topic that is told."
  type        = string
  nullable    = false
}
