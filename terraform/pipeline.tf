# Queue to queue, in the order in which an image travels: images -> worker -> predictions, failed ones to dead letters.

module "images" {
  source           = "../modules/queue"
  name             = "${local.prefix}-images"
  consumer_timeout = var.worker.timeout
  dead_letters     = merge(module.dead_letters.dead_letters, { attempts = var.worker.attempts })
}

module "dead_letters" {
  source         = "../modules/queue"
  name           = "${local.prefix}-images-dead"
  retention_days = 14 # longer than images keep theirs: a message's age goes with it
}

module "worker" {
  source     = "../modules/function"
  name       = "${local.prefix}-worker"
  artifact   = module.artifacts.functions["worker"]
  layers     = local.classifier.layers
  size       = merge(local.classifier.size, { timeout = var.worker.timeout })
  settings   = merge(local.classifier.settings, { RETRY_SECONDS = var.worker.retry_seconds })
  release    = lookup(local.release, "worker", null)
  snap_start = var.snap_start
  log_days   = var.log_days

  trigger = {
    queue               = module.images.receiver
    batch_size          = var.worker.batch_size
    maximum_concurrency = var.worker.maximum_concurrency
  }

  uses = merge(local.classifier.uses, {
    IMAGES      = module.images.settler # what was answered is deleted early, what failed waits a little longer each time
    PREDICTIONS = module.predictions.sender
  })
}

module "predictions" {
  source         = "../modules/queue"
  name           = "${local.prefix}-predictions"
  fifo           = true # a worker that dies after sending repeats itself; the queue drops what it has seen
  retention_days = 14
}
