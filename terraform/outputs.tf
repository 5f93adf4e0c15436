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
  description = "Names of the functions by their purpose."
  value       = { worker = module.worker.name, classify = module.classify.name }
}

output "model" {
  description = "The model in use as name@hash, and where it lies."
  value       = { version = module.model.model, address = module.model.reader.address }
}
