# From queue to queue: images -> worker -> predictions. Images that fail at every attempt become dead letters.

module "images" {
  source            = "../modules/queue"
  name              = "${local.prefix}-images"
  consumer_timeout  = var.worker.timeout
  dead_letter_queue = merge(module.dead_letters.dead_letter_target, { attempts = var.worker.attempts })
}

module "dead_letters" {
  source         = "../modules/queue"
  name           = "${local.prefix}-images-dead"
  retention_days = 14 # longer than in the images queue, because a message keeps its age when it is moved
}

module "worker" {
  source     = "../modules/function"
  name       = "${local.prefix}-worker"
  artifact   = module.artifacts.functions["worker"]
  layers     = local.classifier.layers
  size       = merge(local.classifier.size, { timeout = var.worker.timeout })
  settings   = merge(local.classifier.settings, { RETRY_SECONDS = var.worker.retry_seconds })
  canary     = lookup(local.canaries, "worker", null)
  snap_start = var.snap_start
  log_days   = var.log_days

  trigger = {
    queue               = module.images.receiver
    batch_size          = var.worker.batch_size
    maximum_concurrency = var.worker.maximum_concurrency
  }

  uses = merge(local.classifier.uses, {
    IMAGES      = module.images.consumer # to delete messages early and to delay the retry of failed ones
    PREDICTIONS = module.predictions.sender
  })
}

module "predictions" {
  source         = "../modules/queue"
  name           = "${local.prefix}-predictions"
  fifo           = true # drops the duplicates of a worker that died between sending and deleting
  retention_days = 14
}
