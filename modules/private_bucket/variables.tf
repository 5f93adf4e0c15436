variable "name" {
  description = "Name of the bucket, among all the world's."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.name))
    error_message = "The bucket's name \"${var.name}\" must have 3 to 63 lower-case letters, digits, . or -, and start and end with a letter or digit."
  }
}

variable "force_destroy" {
  description = "Whether destroying the bucket also destroys what lies in it."
  type        = bool
  default     = false
  nullable    = false
}
