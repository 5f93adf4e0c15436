# The team's shared state; environments/*.s3.tfbackend says where each environment keeps its own.

terraform {
  backend "s3" {
    encrypt      = true
    use_lockfile = true
  }
}
