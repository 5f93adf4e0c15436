# The same stack on a laptop, in the local cloud.
environment   = "local"
oldest_python = "3.11" # the laptop's own Python runs the functions; AWS needs 3.12
log_days      = 1
force_destroy = true

# The only internal host that images may be fetched from: `make serve` offers sample images there.
private_hosts = ["127.0.0.1:8700"]

# Other folders of models/ can be added, and deployed by an entry in models or with `make apply ENV=local MODEL=...`.
bundles = ["models/digits/bundle"]
models  = { digits = {} }

# Short delays, so that failed images are retried within a minute, and little concurrency, for two cores.
worker = {
  memory              = 1024
  timeout             = 10
  retry_seconds       = 2
  maximum_concurrency = 2
}

# Concurrency that two cores can handle, and batches that end within a minute.
jobs = {
  concurrency       = 8
  retention_days    = 1
  batch_concurrency = 2
  batch_timeout     = 60
}
