output "sender" {
  description = "Send messages to the queue (a grant; its address is the URL)."
  value = {
    address     = aws_sqs_queue.this.url
    permissions = [{ actions = ["sqs:SendMessage"], resources = [aws_sqs_queue.this.arn] }]
  }
}

output "receiver" {
  description = "Take messages from the queue for a function (a grant; its address is the ARN that a trigger wants)."
  value = {
    address = aws_sqs_queue.this.arn
    permissions = [{
      actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
      resources = [aws_sqs_queue.this.arn]
    }]
  }
}

output "settler" {
  description = "Delete a taken message, or choose when it is seen again (a grant; its address is the URL)."
  value = {
    address     = aws_sqs_queue.this.url
    permissions = [{ actions = ["sqs:DeleteMessage", "sqs:ChangeMessageVisibility"], resources = [aws_sqs_queue.this.arn] }]
  }
}

output "dead_letters" {
  description = "The queue as the end of another queue's failed messages."
  value       = { arn = aws_sqs_queue.this.arn }
}

output "url" {
  description = "URL of the queue, for people; code is given a grant."
  value       = aws_sqs_queue.this.url
}
