output "visible_messages" {
  description = "Metric: messages that are waiting to be received."
  value       = merge(local.metric, { name = "ApproximateNumberOfMessagesVisible" })
}

output "in_flight_messages" {
  description = "Metric: messages that were received and not yet deleted."
  value       = merge(local.metric, { name = "ApproximateNumberOfMessagesNotVisible" })
}

output "oldest_message_age" {
  description = "Metric: age of the oldest message in seconds."
  value       = merge(local.metric, { name = "ApproximateAgeOfOldestMessage" })
}

locals {
  metric = { namespace = "AWS/SQS", dimensions = { QueueName = aws_sqs_queue.this.name }, statistic = "Maximum" }
}
