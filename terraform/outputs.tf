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

output "functions" {
  description = "Names of the functions by their purpose; one calls them as name:live."
  value = {
    worker   = module.worker.name
    classify = module.classify.name
    start    = module.start.name
    split    = module.split.name
    reduce   = module.reduce.name
    follow   = module.follow.name
    batch    = module.batch.name
    tally    = module.tally.name
  }
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
  value = {
    worker   = module.worker.versions
    classify = module.classify.versions
    start    = module.start.versions
    split    = module.split.versions
    reduce   = module.reduce.versions
    follow   = module.follow.versions
    batch    = module.batch.versions
    tally    = module.tally.versions
  }
}
