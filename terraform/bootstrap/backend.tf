# The state of bootstrap itself, in the bucket that it creates. `make bootstrap` moves it there.

terraform {
  backend "s3" {
    key          = "sluice/bootstrap.tfstate"
    use_lockfile = true
  }
}
