# A private bucket with grants by folder, which forgets what it was told to.

data "aws_caller_identity" "current" {}

module "private" {
  source        = "../private_bucket"
  name          = "${var.name}-${data.aws_caller_identity.current.account_id}" # bucket names are the whole world's
  force_destroy = var.force_destroy

  forget = merge(
    { replaced-versions = { replaced_days = var.keep_replaced_days } },
    { for folder, days in var.keep_days : folder => { prefix = "${folder}/", days = days } },
  )
}
