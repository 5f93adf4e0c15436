# This laptop: the same stack against the local cloud.
environment   = "local"
oldest_python = "3.11" # whatever this machine's Python is; AWS itself needs 3.12
log_days      = 1
force_destroy = true

# The one internal place that images may come from: `make serve` shows sample images there.
private_hosts = ["127.0.0.1:8700"]

# Other folders of models/ may be kept beside this one, and served by their names or with `make apply ENV=local MODEL=...`.
bundles = ["models/digits/bundle"]
models  = { digits = {} }

# Short, so that what failed is tried again within a minute; few at once, for two cores.
worker = {
  memory              = 1024
  timeout             = 10
  retry_seconds       = 2
  maximum_concurrency = 2
}

# As many images at once as two cores can bear, and batches that end within a minute.
jobs = {
  concurrency   = 8
  keep_days     = 1
  batches       = 2
  batch_seconds = 60
}
