# The models' bucket, and what all functions that classify have in common.

module "model" {
  source        = "../modules/model_bucket"
  name          = "${local.prefix}-models"
  bundles       = [for folder in var.bundles : "${path.root}/../${folder}"]
  versions      = concat(values(local.served), values(local.shadows))
  force_destroy = var.force_destroy
}

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}

locals {
  image_buckets = jsonencode({ for bucket in var.image_buckets : bucket => data.aws_caller_identity.current.account_id })
  engines       = distinct(values(module.model.engines))

  classifier = {
    # Were Lambda to lend memory no path, TensorFlow's libraries would need this much of /tmp; a snapshot may have no more than 512 MB.
    size = { memory = var.worker.memory, storage = contains(local.engines, "tensorflow") && !var.snap_start ? 1024 : 512 }

    layers   = concat([module.powertools.arn, module.litert.arn], values(module.tensorflow)[*].arn)
    settings = { PRIVATE_HOSTS = join(",", var.private_hosts) }

    uses = {
      MODELS = {
        address = jsonencode({ for name, version in local.served : name => merge(
          { address = module.model.reader[version].address },
          name == local.default ? { default = true } : {},
          { for shadow in try([local.shadows[name]], []) : "shadow" => module.model.reader[shadow].address },
        ) })
        permissions = flatten([for version in values(local.served) : module.model.reader[version].permissions]) # a shadow's is the same
      }
      IMAGE_BUCKETS = {
        address = local.image_buckets
        permissions = [for bucket in var.image_buckets : {
          actions   = ["s3:GetObject"]
          resources = ["arn:${data.aws_partition.current.partition}:s3:::${bucket}/*"]
        }]
      }
    }
  }
}
