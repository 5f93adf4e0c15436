variable "name" {
  description = "Name of the bucket, before the account number that is added to it."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,49}$", var.name))
    error_message = "The bucket's name \"${var.name}\" must have 2 to 50 lower-case letters, digits or -, and start with a letter or digit."
  }
}

variable "folders" {
  description = "Folders that grants are made for, without slashes at their ends."
  type        = set(string)
  nullable    = false

  validation {
    condition     = alltrue([for folder in var.folders : can(regex("^[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*$", folder))])
    error_message = "Every entry of folders must be like jobs or models/digits: letters, digits, . _ - and single slashes between them."
  }
}

variable "keep_days" {
  description = "Days after which the objects of a folder are forgotten, by folder; other objects stay."
  type        = map(number)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for folder, days in var.keep_days : contains(var.folders, folder) && days >= 1 && floor(days) == days])
    error_message = "Every entry of keep_days must be one of folders and a whole number of days, at least 1."
  }
}

variable "keep_replaced_days" {
  description = "Days for which an object that was replaced or deleted can be brought back."
  type        = number
  default     = 90
  nullable    = false

  validation {
    condition     = var.keep_replaced_days >= 1 && floor(var.keep_replaced_days) == var.keep_replaced_days
    error_message = "keep_replaced_days is ${var.keep_replaced_days}, but must be a whole number of days, at least 1."
  }
}

variable "force_destroy" {
  description = "Whether destroying the bucket also destroys what lies in it."
  type        = bool
  default     = false
  nullable    = false
}
