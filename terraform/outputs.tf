output "images" {
  description = "URL of the queue to send image URLs to."
  value       = module.images.url
}

output "predictions" {
  description = "URL of the queue to receive predictions and rejections from."
  value       = module.predictions.url
}

output "dead_letters" {
  description = "URL of the dead-letter queue, with images that failed at every attempt."
  value       = module.dead_letters.url
}

output "functions" {
  description = "Names of the functions by purpose. Invoke a function as name:live."
  value       = { for purpose, function in local.functions : purpose => function.name }
}

output "versions" {
  description = "Versions of each function: live receives all or most of the traffic, newest was published last."
  value       = { for purpose, function in local.functions : purpose => function.versions }
}

output "jobs" {
  description = "URL of the jobs API, name of the bucket with the jobs, and ARNs of the state machines."
  value = {
    api      = module.api.caller.address
    bucket   = module.jobs.name
    workflow = module.workflow.starter.address
    bulk     = module.bulk.starter.address
  }
}

output "model" {
  description = "Default model, which tasks that name no model use: its version as name@hash, and its address."
  value       = { version = local.default_version, address = try(module.model_bundles.reader[local.default_version].address, null) }
}

output "models" {
  description = "Versions and shadow versions as name@hash, by model name, and the name of the bucket."
  value       = { bucket = module.model_bucket.name, served = local.served, shadows = local.shadows }

  precondition {
    condition     = length(local.served) == length(var.models)
    error_message = "These models have no version, and bundles does not have exactly one folder with their name: ${join(", ", setsubtract(keys(var.models), keys(local.served)))}. Set version = \"<hash>\" in models."
  }

  precondition {
    condition     = length(setintersection(values(local.served), values(local.shadows))) == 0
    error_message = "The shadow of a model must differ from its version: remove shadow from models for ${join(", ", setintersection(values(local.served), values(local.shadows)))}."
  }

  precondition {
    condition     = var.worker.memory >= 1769 || !contains(local.engines, "tensorflow")
    error_message = "worker.memory is ${var.worker.memory} MB, but must be at least 1,769 MB for a model that runs on TensorFlow."
  }

  precondition {
    condition     = local.minimum_memory <= var.worker.memory
    error_message = "worker.memory is ${var.worker.memory} MB, but the models and shadows alone need at least ${local.minimum_memory} MB: increase it, or deploy fewer models."
  }
}

output "alarms" {
  description = "ARN of the topic that all alarms notify, and the names of the alarms by what they watch."
  value       = { topic = module.alarms_topic.arn, names = { for watched, alarm in module.alarm : watched => alarm.name } }
}

output "dashboard" {
  description = "Name of the dashboard."
  value       = module.dashboard.name
}

output "queries" {
  description = "Names of the saved queries by purpose."
  value       = { for purpose, query in aws_cloudwatch_query_definition.this : purpose => query.name }
}
