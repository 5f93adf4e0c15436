# Production.
environment = "prod"
build       = "3.13-x86_64"

# Record here the version that `make apply ENV=prod MODEL=...` deployed. Otherwise the next apply without MODEL reverts it.
models = { digits = {} }

worker = {
  maximum_concurrency = 50
}

jobs = {
  batch_concurrency = 50
}

# Recipients of every alarm (docs/runbook.md). Each must confirm the message that AWS sends first.
# alarm_emails = ["ops@example.com"]
