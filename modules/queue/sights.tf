# What can be seen of the queue: metrics as AWS publishes them, so that nobody spells a dimension twice.

output "visible" {
  description = "Messages that wait to be taken (a sight)."
  value       = merge(local.sight, { metric = "ApproximateNumberOfMessagesVisible" })
}

output "hidden" {
  description = "Messages that were taken and are not yet deleted (a sight)."
  value       = merge(local.sight, { metric = "ApproximateNumberOfMessagesNotVisible" })
}

output "oldest" {
  description = "Seconds since the oldest message was sent that is still there (a sight)."
  value       = merge(local.sight, { metric = "ApproximateAgeOfOldestMessage" })
}

output "visibility_timeout" {
  description = "Seconds after which a message is seen again that was taken and not deleted."
  value       = aws_sqs_queue.this.visibility_timeout_seconds
}

locals {
  sight = { namespace = "AWS/SQS", dimensions = { QueueName = aws_sqs_queue.this.name }, statistic = "Maximum" }
}
