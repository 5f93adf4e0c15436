# Its own state, which lies in the very bucket that it makes: `make bootstrap` moves it there.

terraform {
  backend "s3" {
    key          = "sluice/bootstrap.tfstate"
    use_lockfile = true
  }
}
