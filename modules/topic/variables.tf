variable "name" {
  description = "Name of the topic."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,256}$", var.name))
    error_message = "The topic's name \"${var.name}\" must have 1 to 256 letters, digits, - or _."
  }
}

variable "emails" {
  description = "Addresses that get every message, once their owner has confirmed the mail that AWS sends first."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for email in var.emails : can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", email))])
    error_message = "No e-mail address: ${join(", ", [for email in var.emails : email if !can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", email))])}. Write each like ops@example.com."
  }
}

variable "key" {
  description = "ARN of a KMS key of your own to encrypt messages with, whose policy lets cloudwatch.amazonaws.com use it; null leaves them to SNS."
  type        = string
  default     = null

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/", var.key)) || var.key == null
    error_message = "The key \"${coalesce(var.key, "?")}\" is not the ARN of a KMS key: CloudWatch cannot publish through an alias of AWS's own."
  }
}
