# For development: like production, but smaller and easy to destroy.
environment   = "dev"
build         = "3.13-x86_64"
log_days      = 7
force_destroy = true

# The version in models/digits/bundle, until `make apply ENV=dev MODEL=digits@...` deploys another.
models = { digits = {} }

worker = {
  maximum_concurrency = 5
}

jobs = {
  concurrency       = 10
  retention_days    = 1
  batch_concurrency = 5
}
