output "start" {
  description = "URL that starts an execution."
  value       = "${module.api.caller.address}/start"
}

output "branches" {
  description = "ARN of the state machine."
  value       = module.branches.starter.address
}
