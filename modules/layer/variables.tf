variable "name" {
  description = "Name of the layer."
  type        = string
  nullable    = false
}

variable "artifact" {
  description = "The layer's zip, from modules/artifacts."
  type        = object({ path = string, sha256 = string, bytes = number, runtime = string, architecture = string })

  validation {
    condition     = var.artifact != null
    error_message = "The build has no zip for the layer ${var.name}: `make build` makes every layer."
  }
}

variable "bucket" {
  description = "Bucket through which a zip of more than 50 MB reaches Lambda; a smaller one goes there directly."
  type        = string
  default     = null

  validation {
    condition     = var.bucket != null || try(var.artifact.bytes, 0) <= 52428800
    error_message = "The zip of the layer ${var.name} has ${try(var.artifact.bytes, 0)} bytes, and Lambda takes 52,428,800 directly: name a bucket for it."
  }
}
