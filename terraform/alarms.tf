# CloudWatch alarms, all on one SNS topic. docs/runbook.md has a section for each.

module "alarms_topic" {
  source      = "../modules/topic"
  name        = "${local.prefix}-alarms"
  emails      = var.alarm_emails
  kms_key_arn = var.alarm_key
}

locals {
  # Seconds between the attempts of one image: retry_seconds, doubling up to 900 s (docs/messages.md), or the visibility timeout if the worker died.
  retry_delays = [for attempt in range(var.worker.attempts - 1) :
    max(module.images.visibility_timeout, min(900, var.worker.retry_seconds * pow(2, attempt)))
  ]

  # classify raises an error for each failed attempt, and the state machine retries. Errors that retries can still resolve start no alarm:
  # as many as if every image that a job classifies concurrently failed at each attempt. Any error of another function starts the alarm.
  classify_attempts = 1 + jsondecode(file("${path.root}/workflow.asl.json")).States.Map.ItemProcessor.States.Classify.Retry[0].MaxAttempts
  error_thresholds  = { classify = var.jobs.concurrency * local.classify_attempts }

  job_failures = { failed = "failed", timed_out = "timed out", aborted = "was aborted" }

  alarms = merge(
    {
      dead_letters = {
        metric  = module.dead_letters.visible_messages, threshold = 0 # NumberOfMessagesSent does not count messages that SQS itself moves
        section = "dead-letters", summary = "Images failed at every attempt and are in the dead-letter queue."
      }
      oldest_image = {
        metric  = module.images.oldest_message_age, threshold = sum(local.retry_delays) + var.worker.attempts * var.worker.timeout
        section = "oldest-image", summary = "An image has been in the queue for longer than all its attempts take: the worker is too slow or does not run."
      }
      api_errors = {
        metric  = module.api.errors, threshold = 0 # start and status return 503 only after retries of several seconds
        section = "api-errors", summary = "The jobs API returned a 5xx status."
      }
      workflow_failed_items = {
        metric  = merge(module.reduce.custom_metric, { name = "FailedItems" }), threshold = 0
        section = "failed-items", summary = "Images of a posted list failed at every attempt."
      }
      bulk_failed_items = {
        metric  = merge(module.bulk_reduce.custom_metric, { name = "FailedItems" }), threshold = 0
        section = "failed-items", summary = "Images of a list in S3 failed at every attempt."
      }
    },
    { for purpose, function in local.functions : "${purpose}_errors" => {
      metric  = function.errors, threshold = lookup(local.error_thresholds, purpose, 0)
      section = "errors", summary = "Invocations of ${function.name} raised an error, timed out, ran out of memory or could not load a model."
    } },
    { for purpose, function in local.functions : "${purpose}_throttles" => {
      metric  = function.throttles, threshold = 0 # the state machines retry a throttled invocation for less than a minute, the API does not
      section = "throttles", summary = "Invocations of ${function.name} were throttled: too many functions of the account run at once."
    } },
    { for status, metric in module.workflow.failures : "workflow_${status}" => {
      metric  = metric, threshold = 0 # failed images do not fail the job
      section = "failed-jobs", summary = "A job on a posted list ${local.job_failures[status]}."
    } },
    { for status, metric in module.bulk.failures : "bulk_${status}" => {
      metric  = metric, threshold = 0
      section = "failed-jobs", summary = "A job on a list in S3 ${local.job_failures[status]}."
    } },
  )
}

module "alarm" {
  source   = "../modules/alarm"
  for_each = local.alarms

  name        = "${local.prefix}-${replace(each.key, "_", "-")}"
  description = "${each.value.summary} See docs/runbook.md#${each.value.section}"
  metric      = each.value.metric
  threshold   = each.value.threshold
  topic_arn   = module.alarms_topic.arn
}
