# What the bucket forgets: what it was told to, and what nobody can use any more.

variable "forget" {
  description = "What is forgotten, by the end of its rule's name: objects under a prefix after days, replaced versions after replaced_days."
  type        = map(object({ prefix = optional(string, ""), days = optional(number), replaced_days = optional(number) }))
  default     = {}
  nullable    = false

  validation {
    condition = alltrue([for days in flatten([for what in values(var.forget) : [coalesce(what.days, 1), coalesce(what.replaced_days, 1)]]) :
      days >= 1 && floor(days) == days
    ])
    error_message = "Every days and replaced_days of forget must be a whole number of days, at least 1."
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  bucket = aws_s3_bucket.this.id

  rule {
    id     = "forget-rests"
    status = "Enabled"
    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }

    expiration {
      expired_object_delete_marker = true
    }
  }

  dynamic "rule" {
    for_each = var.forget

    content {
      id     = "forget-${rule.key}"
      status = "Enabled"

      filter {
        prefix = rule.value.prefix
      }

      dynamic "expiration" {
        for_each = rule.value.days[*]

        content {
          days = expiration.value
        }
      }

      dynamic "noncurrent_version_expiration" {
        for_each = rule.value.replaced_days[*]

        content {
          noncurrent_days = noncurrent_version_expiration.value
        }
      }
    }
  }

  depends_on = [aws_s3_bucket_versioning.this] # a rule on old versions needs versions
}
