# Where the team tries things: as in production, but smaller and easy to throw away.
environment   = "dev"
build         = "3.13-x86_64"
log_days      = 7
force_destroy = true

# The version in models/digits/bundle, until `make apply ENV=dev MODEL=digits@...` moves to another.
models = { digits = {} }

worker = {
  maximum_concurrency = 5
}

jobs = {
  concurrency = 10
  keep_days   = 1
  batches     = 5
}
