# The team's shared state; environments/*.s3.tfbackend says where each environment keeps its own.

terraform {
  backend "s3" {
    use_lockfile = true # and no `encrypt`, which would ask for less than the bucket does by itself
  }
}
