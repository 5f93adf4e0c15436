variable "bucket" {
  description = "Bucket to upload bundles to: the name output of modules/bucket."
  type        = string
  nullable    = false
}

variable "bucket_name" {
  description = "The same name without a reference to the bucket. Terraform reads manifests of published versions at plan, and would defer that until after a change of a bucket that it refers to."
  type        = string
  nullable    = false
}

variable "readers" {
  description = "Grants to read the bucket's folders, by folder: one for each model that has an entry in versions."
  type = map(object({
    address     = string
    permissions = list(object({ actions = list(string), resources = list(string) }))
  }))
  nullable = false
}

variable "bundles" {
  description = "Folders of the model bundles to upload, as `make model` writes them."
  type        = set(string)
  nullable    = false

  validation {
    condition     = alltrue([for folder in var.bundles : fileexists("${folder}/manifest.json")])
    error_message = "Not a model bundle, because it has no manifest.json: ${join(", ", [for folder in var.bundles : folder if !fileexists("${folder}/manifest.json")])}. Create one with `make model`."
  }
}

variable "versions" {
  description = "Deployed versions as name@hash: each is in a folder of bundles or was uploaded by `make publish`."
  type        = set(string)
  nullable    = false

  validation {
    condition     = alltrue([for version in var.versions : can(regex("^[a-z][a-z0-9-]{0,30}@[0-9a-f]{64}$", version))])
    error_message = "Every entry of versions must be name@hash: a name of 1 to 31 lower-case letters, digits or -, and the 64 hexadecimal digits of the bundle's hash."
  }
}
