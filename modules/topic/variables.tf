variable "name" {
  description = "Name of the topic."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,256}$", var.name))
    error_message = "Invalid topic name \"${var.name}\": use 1 to 256 letters, digits, - or _."
  }
}

variable "emails" {
  description = "E-mail addresses to subscribe. Each must confirm the message that AWS sends first."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for email in var.emails : can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", email))])
    error_message = "Invalid e-mail address: ${join(", ", [for email in var.emails : email if !can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", email))])}. Write addresses like ops@example.com."
  }
}

variable "kms_key_arn" {
  description = "ARN of your own KMS key for encrypting notifications. Its policy must allow cloudwatch.amazonaws.com to use it. Null for no KMS encryption."
  type        = string
  default     = null

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/", var.kms_key_arn)) || var.kms_key_arn == null
    error_message = "kms_key_arn is \"${coalesce(var.kms_key_arn, "?")}\", but must be the ARN of your own KMS key: CloudWatch cannot use the alias of an AWS managed key."
  }
}
