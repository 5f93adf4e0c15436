# The bucket that keeps everyone's state: as every one of ours is, its versions kept for good, and never destroyed.

locals {
  # Terraform puts each lock beside its state, and S3's rules know prefixes but no endings: so a lock's whole key is the prefix,
  # which no state's key begins with.
  locks = { for name, key in merge(var.keys, { bootstrap = "sluice/bootstrap.tfstate" }) : name => "${key}.tflock" }
}

module "states" {
  source = "../../modules/private_bucket"
  name   = var.bucket

  # Locking and unlocking leaves two versions each time, which nobody needs; those of a state are what recovery lives on.
  forget = { for name, key in local.locks : "locks-of-${name}" => { prefix = key, replaced_days = 1 } }
}

# A module's resource cannot be told never to go; what stands on it can, and holds it.
resource "terraform_data" "states_are_kept" {
  triggers_replace = module.states.arn

  lifecycle {
    prevent_destroy = true
  }
}
