# The model bucket, the deployed models and their versions, and the configuration shared by all classifying functions.

locals {
  model_bucket = "${local.prefix}-models-${local.account}"
}

module "model_bucket" {
  source        = "../modules/bucket"
  name          = local.model_bucket
  folders       = keys(var.models)
  expiration    = { replaced = { noncurrent_days = 90 } }
  force_destroy = var.force_destroy
}

module "model_bundles" {
  source      = "../modules/model_bundles"
  bucket      = module.model_bucket.name
  bucket_name = local.model_bucket
  readers     = module.model_bucket.reader
  bundles     = [for folder in var.bundles : "${path.root}/../${folder}"]
  versions    = concat(values(local.served), values(local.shadows))
}

locals {
  # Hash by model: from `make apply MODEL=...`, else from the variable models, else of the only folder in bundles with this name.
  hashes = { for name, model in var.models : name => try(coalesce(
    try(regex("^${name}@(.+)$", var.model)[0], null),
    model.version,
    one(lookup(module.model_bundles.hashes, name, [])),
  ), null) }

  # Versions as name@hash.
  served          = { for name, hash in local.hashes : name => "${name}@${hash}" if hash != null }
  shadows         = { for name, model in var.models : name => "${name}@${model.shadow}" if model.shadow != null }
  default         = one([for name, model in var.models : name if model.default || length(var.models) == 1])
  default_version = lookup(local.served, local.default, null)

  # Minimum memory of a process in MB, as measured: the process itself, each engine once, and a multiple of each model file.
  engines = distinct(values(module.model_bundles.engines))
  memory = {
    process = [110]
    engines = [for engine in local.engines : { litert = 0, tensorflow = 670 }[engine]]
    models  = [for version, engine in module.model_bundles.engines : { litert = 2, tensorflow = 5 }[engine] * module.model_bundles.bytes[version] / 1000000]
  }
  minimum_memory = ceil(sum(concat(local.memory.process, local.memory.engines, local.memory.models)))
}

locals {
  image_bucket_owners = jsonencode({ for bucket in var.image_buckets : bucket => local.account })

  classifier = {
    # TensorFlow's libraries need 1,024 MB of /tmp if Lambda provides no path to memory. A snapshot allows at most 512 MB.
    size = { memory = var.worker.memory, storage = contains(local.engines, "tensorflow") && !var.snap_start ? 1024 : 512 }

    layers   = concat([module.powertools.arn, module.litert.arn], values(module.tensorflow)[*].arn)
    settings = { PRIVATE_HOSTS = join(",", var.private_hosts) }

    uses = {
      MODELS = {
        address = jsonencode({ for name, version in local.served : name => merge(
          { address = module.model_bundles.reader[version].address },
          name == local.default ? { default = true } : {},
          { for shadow in try([local.shadows[name]], []) : "shadow" => module.model_bundles.reader[shadow].address },
        ) })
        permissions = flatten([for version in values(local.served) : module.model_bundles.reader[version].permissions]) # a shadow is in the same folder
      }
      IMAGE_BUCKETS = {
        address = local.image_bucket_owners
        permissions = [for bucket in var.image_buckets : {
          actions   = ["s3:GetObject"]
          resources = ["arn:${data.aws_partition.current.partition}:s3:::${bucket}/*"]
        }]
      }
    }
  }
}
