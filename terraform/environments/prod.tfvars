# What people depend on.
environment = "prod"
build       = "3.13-x86_64"

# What `make apply ENV=prod MODEL=...` has moved to is written here, or the next apply without MODEL moves back.
models = { digits = {} }

worker = {
  maximum_concurrency = 50
}

jobs = {
  batches = 50
}

# Who is told of every alarm (docs/runbook.md): each confirms the mail that AWS sends first.
# alarm_emails = ["ops@example.com"]
