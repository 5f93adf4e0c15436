variable "prefix" {
  description = "What every name begins with."
  type        = string
  default     = "sluice-hello"
  nullable    = false
}

variable "build" {
  description = "Which build to deploy: a folder of build/out, named <python>-<architecture>."
  type        = string
  default     = "3.13-x86_64"
  nullable    = false
}

variable "oldest_python" {
  description = "The oldest Python to deploy: AWS runs the layers' wheels from 3.12 on; a laptop may be older."
  type        = string
  default     = "3.12"
  nullable    = false
}
