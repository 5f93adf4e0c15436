# The model that every journey reads, and what all that classify have in common.

module "model" {
  source        = "../modules/model_bucket"
  name          = "${local.prefix}-models"
  bundle        = "${path.root}/../${var.model}"
  force_destroy = var.force_destroy
}

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}

locals {
  image_buckets = jsonencode({ for bucket in var.image_buckets : bucket => data.aws_caller_identity.current.account_id })

  classifier = {
    layers   = [module.powertools.arn, module.litert.arn]
    settings = { PRIVATE_HOSTS = join(",", var.private_hosts) }

    uses = {
      MODEL = module.model.reader
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
