# How a change reaches the callers: all at once, or a share of the calls first.

variable "release" {
  description = "The share of calls that go to each function's newest version, and the version numbers that get the others, by function: `make apply SHARE=0.1` fills it in. Null moves all calls to the newest."
  type        = object({ share = number, stable = map(string) })
  default     = null

  validation {
    condition     = try(var.release.share > 0 && var.release.share < 1, var.release == null)
    error_message = "release.share is ${try(var.release.share, 0)}, but must be between 0 and 1: leave SHARE out to move all calls."
  }
}

variable "snap_start" {
  description = "Whether Lambda starts the functions that classify from a snapshot of each published version; Python 3.12 or newer."
  type        = bool
  default     = false
  nullable    = false
}

locals {
  release = { for function, version in try(var.release.stable, {}) : function => { share = var.release.share, stable = version } }
}
