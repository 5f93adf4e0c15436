variable "name" {
  description = "Name of the log group."
  type        = string
  nullable    = false
}

variable "days" {
  description = "Retention of the logs in days."
  type        = number
  default     = 365
  nullable    = false

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.days)
    error_message = "log_days is ${var.days}, but CloudWatch accepts only 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365 and certain greater numbers of days."
  }
}
