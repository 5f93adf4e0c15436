output "inbox" {
  description = "URL of the queue to send to."
  value       = module.inbox.url
}

output "logs" {
  description = "The log group to read."
  value       = "/aws/lambda/${module.log.name}"
}
