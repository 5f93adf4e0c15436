variable "name" {
  description = "Name of the layer."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,64}$", var.name))
    error_message = "Invalid layer name \"${var.name}\": use 1 to 64 letters, digits, - or _."
  }
}

variable "artifact" {
  description = "The layer's zip, from modules/artifacts."
  type        = object({ path = string, sha256 = string, bytes = number, runtime = string, architecture = string })

  validation {
    condition     = var.artifact != null
    error_message = "The build has no zip for the layer ${var.name}: run `make build`, which builds every layer."
  }
}

variable "bucket" {
  description = "Bucket for a zip of more than 50 MB, which Lambda reads from S3. A smaller zip does not need one."
  type        = string
  default     = null

  validation {
    condition     = var.bucket != null || try(var.artifact.bytes, 0) <= local.upload_limit
    error_message = "The zip of the layer ${var.name} has ${try(var.artifact.bytes, 0)} bytes, but a direct upload to Lambda can have at most 52,428,800: set bucket."
  }
}
