variable "prefix" {
  description = "Prefix of every resource name."
  type        = string
  default     = "sluice-branches"
  nullable    = false
}

variable "build" {
  description = "Build to deploy: a folder of build/out, named <python>-<architecture>."
  type        = string
  default     = "3.13-x86_64"
  nullable    = false
}

variable "oldest_python" {
  description = "Oldest Python version to accept. On AWS, the wheels in the layers need 3.12; a laptop may use an older one."
  type        = string
  default     = "3.12"
  nullable    = false
}
