output "sender" {
  description = "Grant to send messages. The address is the queue's URL."
  value = {
    address     = aws_sqs_queue.this.url
    permissions = [{ actions = ["sqs:SendMessage"], resources = [aws_sqs_queue.this.arn] }]
  }
}

output "receiver" {
  description = "Grant for Lambda to poll the queue for a function. The address is the queue's ARN, which a trigger needs."
  value = {
    address = aws_sqs_queue.this.arn
    permissions = [{
      actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
      resources = [aws_sqs_queue.this.arn]
    }]
  }
}

output "consumer" {
  description = "Grant to delete a received message or change its visibility timeout. The address is the queue's URL."
  value = {
    address     = aws_sqs_queue.this.url
    permissions = [{ actions = ["sqs:DeleteMessage", "sqs:ChangeMessageVisibility"], resources = [aws_sqs_queue.this.arn] }]
  }
}

output "dead_letter_target" {
  description = "The queue as the dead-letter queue of another queue."
  value       = { arn = aws_sqs_queue.this.arn }
}

output "url" {
  description = "URL of the queue, for people. Code uses a grant."
  value       = aws_sqs_queue.this.url
}

output "visibility_timeout" {
  description = "Seconds after which a received message that was not deleted becomes visible again."
  value       = aws_sqs_queue.this.visibility_timeout_seconds
}
