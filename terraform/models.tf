# Which models are served, and in which versions.

variable "bundles" {
  description = "Folders of model bundles, from the top of the project, that Terraform itself keeps in the model bucket; one that is taken out is deleted there."
  type        = set(string)
  default     = ["models/digits/bundle"]
  nullable    = false
}

variable "models" {
  description = "The models that tasks can name, each with the hash of its version (by default that of the one folder in bundles), of a version that shadows it, and whether it answers tasks that name none."
  type = map(object({
    version = optional(string)
    default = optional(bool, false)
    shadow  = optional(string)
  }))
  default  = { digits = {} }
  nullable = false

  validation {
    condition     = length(var.models) >= 1 && length(var.models) <= 10
    error_message = "models has ${length(var.models)} entries, but must have 1 to 10: their addresses must fit into a function's environment."
  }

  validation {
    condition     = alltrue([for name in keys(var.models) : can(regex("^[a-z][a-z0-9-]{0,30}$", name))])
    error_message = "Every name in models must have 1 to 31 lower-case letters, digits or -, and start with a letter: ${join(", ", [for name in keys(var.models) : name if !can(regex("^[a-z][a-z0-9-]{0,30}$", name))])}."
  }

  validation {
    condition     = alltrue([for hash in compact(flatten([for model in var.models : [model.version, model.shadow]])) : can(regex("^[0-9a-f]{64}$", hash))])
    error_message = "Every version and shadow in models must be a bundle's whole hash, 64 hexadecimal digits: `make publish` prints it."
  }

  validation {
    condition     = length(var.models) == 1 || length([for model in var.models : model if model.default]) == 1
    error_message = "Of several models exactly one must be the default, but ${length([for model in var.models : model if model.default])} of ${join(", ", keys(var.models))} are: write default = true into one."
  }
}

variable "model" {
  description = "One model's version as name@hash, instead of the one in models: what `make apply MODEL=...` moves to."
  type        = string
  default     = null

  validation {
    condition     = var.model == null || can(regex("^[^@]+@[0-9a-f]{64}$", var.model))
    error_message = "model is ${jsonencode(var.model)}, but must be name@hash with all 64 hexadecimal digits; `make apply MODEL=...` takes the first few too."
  }

  validation {
    condition     = var.model == null || contains(keys(var.models), split("@", coalesce(var.model, "@"))[0])
    error_message = "model is ${jsonencode(var.model)}, but models has only ${join(", ", keys(var.models))}: add it there to serve it beside them."
  }
}

locals {
  # What was asked for at the prompt, else what models says, else the one folder of that name.
  versions = { for name, model in var.models : name => try(coalesce(
    try(regex("^${name}@(.+)$", var.model)[0], null),
    model.version,
    one(lookup(module.model.kept, name, [])),
  ), null) }

  # As name@hash, which the bucket knows them by.
  served  = { for name, hash in local.versions : name => "${name}@${hash}" if hash != null }
  shadows = { for name, model in var.models : name => "${name}@${model.shadow}" if model.shadow != null }
  default = one([for name, model in var.models : name if model.default || length(var.models) == 1])

  # Megabytes that a process holds at least, as measured: its own, what an engine takes once, and each model's file so many times.
  held = {
    process = [110]
    engines = [for engine in local.engines : { litert = 0, tensorflow = 670 }[engine]]
    models  = [for version, engine in module.model.engines : { litert = 2, tensorflow = 5 }[engine] * module.model.bytes[version] / 1000000]
  }
  held_megabytes = ceil(sum(concat(local.held.process, local.held.engines, local.held.models)))

  answering = lookup(local.served, local.default, null)
}

output "models" {
  description = "Every model that is served and every shadow, as name@hash by name, and the bucket that keeps them."
  value       = { bucket = module.model.bucket, served = local.served, shadows = local.shadows }

  precondition {
    condition     = length(local.served) == length(var.models)
    error_message = "No version is said, and bundles has not exactly one folder of that name: ${join(", ", setsubtract(keys(var.models), keys(local.served)))}. Write version = \"<hash>\" into models."
  }

  precondition {
    condition     = length(setintersection(values(local.served), values(local.shadows))) == 0
    error_message = "A model cannot be shadowed by the version that answers: take shadow out of models for ${join(", ", setintersection(values(local.served), values(local.shadows)))}."
  }

  precondition {
    condition     = var.worker.memory >= 1769 || !contains(local.engines, "tensorflow")
    error_message = "worker.memory is ${var.worker.memory} MB, but a model that runs on TensorFlow is served and needs 1,769 MB: give it at least as much."
  }

  precondition {
    condition     = local.held_megabytes <= var.worker.memory
    error_message = "worker.memory is ${var.worker.memory} MB, but the models and shadows of one function hold at least ${local.held_megabytes} MB before there is an image: give it more, or serve fewer."
  }
}
