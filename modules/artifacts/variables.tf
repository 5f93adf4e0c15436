variable "folder" {
  description = "Folder that `make build` wrote, for example ../build/out/3.13-x86_64."
  type        = string
  nullable    = false

  validation {
    condition     = fileexists("${var.folder}/manifest.json")
    error_message = "There is no build in ${var.folder}: run `make build PYTHON=${split("-", basename(var.folder))[0]} ARCH=${element(split("-", basename(var.folder)), -1)}`."
  }
}

variable "oldest_python" {
  description = "Oldest Python version to accept."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^3\\.[0-9]+$", var.oldest_python))
    error_message = "oldest_python is \"${var.oldest_python}\", but must be a minor version, for example 3.12."
  }
}
