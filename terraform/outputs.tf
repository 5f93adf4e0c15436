output "images" {
  description = "URL of the queue that takes addresses of images."
  value       = module.images.url
}

output "predictions" {
  description = "URL of the queue that gives predictions and rejections."
  value       = module.predictions.url
}

output "dead_letters" {
  description = "URL of the queue that keeps what could not be done."
  value       = module.dead_letters.url
}

locals {
  functions = {
    worker        = module.worker
    classify      = module.classify
    start         = module.start
    split         = module.split
    reduce        = module.reduce
    status        = module.status
    bulk_classify = module.bulk_classify
    bulk_reduce   = module.bulk_reduce
  }
}

output "functions" {
  description = "Names of the functions by their purpose; one calls them as name:live."
  value       = { for purpose, function in local.functions : purpose => function.name }
}

output "jobs" {
  description = "URL of the API that takes lists, the bucket that keeps jobs, and the ARNs of the state machines that do them."
  value = {
    api      = module.api.caller.address
    bucket   = module.jobs.name
    workflow = module.workflow.starter.address
    bulk     = module.bulk.starter.address
  }
}

output "model" {
  description = "The model that answers tasks which name none, as name@hash, and where it lies."
  value       = { version = local.answering, address = try(module.model.reader[local.answering].address, null) }
}

output "versions" {
  description = "Of each function the version that answers, or answers most while a newer one has a share, and the newest."
  value       = { for purpose, function in local.functions : purpose => function.versions }
}
