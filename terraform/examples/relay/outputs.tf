output "inbox" {
  description = "URL of the queue to send messages to."
  value       = module.inbox.url
}

output "outbox" {
  description = "URL of the queue to receive messages from."
  value       = module.outbox.url
}
