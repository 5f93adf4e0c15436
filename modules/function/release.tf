# What callers call: the alias `live`, which stands for the newest version, or for an older one while the newest has a share of the calls.

variable "release" {
  description = "The share (between 0 and 1) of calls that go to the newest version while the others go to the stable one; null gives all to the newest."
  type        = object({ share = number, stable = string })
  default     = null

  validation {
    condition     = try(var.release.share > 0 && var.release.share < 1, var.release == null)
    error_message = "release.share is ${try(var.release.share, 0)}, but must be between 0 and 1: without release all calls go to the newest version."
  }

  validation {
    condition     = can(regex("^[1-9][0-9]*$", var.release.stable)) || var.release == null
    error_message = "release.stable is \"${try(var.release.stable, "")}\", but must be the number of a published version, such as 7."
  }
}

locals {
  newest = aws_lambda_function.this.version
  stable = var.release == null ? local.newest : var.release.stable
  shares = [for release in var.release[*] : release.share if release.stable != local.newest] # what did not change needs no share
}

resource "aws_lambda_alias" "live" {
  name             = "live"
  description      = "What callers of ${var.name} call."
  function_name    = aws_lambda_function.this.function_name
  function_version = local.stable

  dynamic "routing_config" {
    for_each = local.shares

    content {
      additional_version_weights = { (local.newest) = routing_config.value }
    }
  }
}
