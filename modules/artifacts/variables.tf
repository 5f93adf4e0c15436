variable "folder" {
  description = "Folder that `make build` wrote, such as ../build/out/3.13-x86_64."
  type        = string
  nullable    = false

  validation {
    condition     = fileexists("${var.folder}/manifest.json")
    error_message = "Nothing is built in ${var.folder}: run `make build PYTHON=${split("-", basename(var.folder))[0]} ARCH=${element(split("-", basename(var.folder)), -1)}`."
  }
}

variable "oldest_python" {
  description = "The oldest Python that may be deployed."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^3\\.[0-9]+$", var.oldest_python))
    error_message = "oldest_python is \"${var.oldest_python}\", but must be like 3.12."
  }
}
