variable "name" {
  description = "Name of the bucket, before the account number that is added to it."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,49}$", var.name))
    error_message = "The bucket's name \"${var.name}\" must have 2 to 50 lower-case letters, digits or -, and start with a letter or digit."
  }
}

variable "bundle" {
  description = "Folder of the model bundle to serve, as `make model` writes it."
  type        = string
  nullable    = false

  validation {
    condition     = fileexists("${var.bundle}/manifest.json")
    error_message = "${var.bundle} holds no manifest.json, so it is no model bundle: `make model` makes one."
  }
}

variable "force_destroy" {
  description = "Whether destroying the bucket also destroys the models in it."
  type        = bool
  default     = false
  nullable    = false
}
