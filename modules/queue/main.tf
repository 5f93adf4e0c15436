# One queue: encrypted, reached over TLS only, its times derived from what its consumer needs.

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  name = var.fifo ? "${var.name}.fifo" : var.name
  # Spelled out instead of read back: a policy set with the queue saves the half minute that the provider waits for each change.
  arn = join(":", [
    "arn", data.aws_partition.current.partition, "sqs",
    data.aws_region.current.name, data.aws_caller_identity.current.account_id, local.name,
  ])
}

resource "aws_sqs_queue" "this" {
  name                       = local.name
  message_retention_seconds  = var.retention_days * 24 * 60 * 60
  visibility_timeout_seconds = 6 * var.consumer_timeout # at 1x, 6 % of messages arrived twice without any fault; at 6x none
  receive_wait_time_seconds  = 20
  sqs_managed_sse_enabled    = true

  # A message's group is its own id, so that a FIFO queue drops duplicates and still runs in parallel.
  fifo_queue            = var.fifo
  deduplication_scope   = var.fifo ? "messageGroup" : null
  fifo_throughput_limit = var.fifo ? "perMessageGroupId" : null

  redrive_policy = var.dead_letters == null ? null : jsonencode({
    deadLetterTargetArn = var.dead_letters.arn
    maxReceiveCount     = var.dead_letters.attempts
  })

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "NobodyWithoutTls"
      Effect    = "Deny"
      Principal = "*"
      Action    = "sqs:*"
      Resource  = local.arn
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}
