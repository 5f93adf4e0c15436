output "inbox" {
  description = "URL of the queue to send to."
  value       = module.inbox.url
}

output "outbox" {
  description = "URL of the queue to receive from."
  value       = module.outbox.url
}
