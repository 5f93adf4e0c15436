# What people depend on.
environment = "prod"
build       = "3.13-x86_64"
log_days    = 90

worker = {
  maximum_concurrency = 50
}

jobs = {
  batches = 50
}
