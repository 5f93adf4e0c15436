variable "name" {
  description = "Name of the layer."
  type        = string
  nullable    = false
}

variable "artifact" {
  description = "The layer's zip, from modules/artifacts."
  type        = object({ path = string, sha256 = string, runtime = string, architecture = string })
  nullable    = false
}
