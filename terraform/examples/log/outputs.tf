output "inbox" {
  description = "URL of the queue to send messages to."
  value       = module.inbox.url
}

output "logs" {
  description = "Name of the log group with the messages."
  value       = "/aws/lambda/${module.log.name}"
}
