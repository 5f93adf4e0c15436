variable "name" {
  description = "Name of the bucket, before the account number that is added to it."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,49}$", var.name))
    error_message = "The bucket's name \"${var.name}\" must have 2 to 50 lower-case letters, digits or -, and start with a letter or digit."
  }
}

variable "bundles" {
  description = "Folders of the model bundles that Terraform itself keeps in the bucket, as `make model` writes them."
  type        = set(string)
  nullable    = false

  validation {
    condition     = alltrue([for folder in var.bundles : fileexists("${folder}/manifest.json")])
    error_message = "No model bundle, as it holds no manifest.json: ${join(", ", [for folder in var.bundles : folder if !fileexists("${folder}/manifest.json")])}. `make model` makes one."
  }
}

variable "versions" {
  description = "Versions to grant reading of, as name@hash: each is kept from a folder or was published."
  type        = set(string)
  nullable    = false

  validation {
    condition     = alltrue([for version in var.versions : can(regex("^[a-z][a-z0-9-]{0,30}@[0-9a-f]{64}$", version))])
    error_message = "Every entry of versions must be name@hash: a name of 1 to 31 lower-case letters, digits or -, and the 64 hexadecimal digits of the bundle's hash."
  }
}

variable "force_destroy" {
  description = "Whether destroying the bucket also destroys the models in it."
  type        = bool
  default     = false
  nullable    = false
}
