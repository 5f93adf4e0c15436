# What somebody should know of, and when: every alarm goes to one topic, and each has its section in docs/runbook.md.

variable "alarm_emails" {
  description = "E-mail addresses that are told of every alarm, once their owners have confirmed the mail that AWS sends first."
  type        = set(string)
  default     = []
  nullable    = false
}

variable "alarm_key" {
  description = "ARN of a KMS key of your own that encrypts what alarms say, and whose policy lets cloudwatch.amazonaws.com use it; null leaves that to SNS."
  type        = string
  default     = null
}

module "alarms_topic" {
  source = "../modules/topic"
  name   = "${local.prefix}-alarms"
  emails = var.alarm_emails
  key    = var.alarm_key
}

locals {
  # An image that fails each time waits retry_seconds, doubling up to 900 s (docs/messages.md); one whose worker died, the visibility timeout.
  waits = [for attempt in range(var.worker.attempts - 1) :
    max(module.images.visibility_timeout, min(900, var.worker.retry_seconds * pow(2, attempt)))
  ]

  # classify raises what the state machine then tries again, so a single image that stays away makes so many errors and nobody need know.
  tries = 1 + jsondecode(file("${path.root}/workflow.asl.json")).States.Map.ItemProcessor.States.Classify.Retry[0].MaxAttempts

  # Everything else that raises is not meant to: one is enough.
  ordinary_errors = { classify = var.jobs.concurrency * local.tries } # as if each of the images that a job does at once failed each time

  ended = { failed = "failed", timed_out = "ran out of time", aborted = "was stopped by somebody" }

  watched = merge(
    {
      dead_letters = {
        sight   = module.dead_letters.visible, above = 0 # of visible ones: NumberOfMessagesSent does not count those that SQS moves there
        section = "dead-letters", means = "Images failed at every attempt and wait as dead letters."
      }
      oldest_image = {
        sight   = module.images.oldest, above = sum(local.waits) + var.worker.attempts * var.worker.timeout # all waits and all attempts of one image
        section = "oldest-image", means = "An image waits for longer than all its attempts may take: the worker does not keep up, or does not run."
      }
      api_faults = {
        sight   = module.api.faults, above = 0 # start and follow answer 503 only when AWS itself was away for seconds
        section = "api-faults", means = "The jobs API answered with a status of 5xx."
      }
      workflow_items = {
        sight   = merge(module.reduce.counts, { metric = "FailedItems" }), above = 0 # a job's dead letters
        section = "failed-items", means = "Images of a posted list have no answer after every attempt."
      }
      bulk_items = {
        sight   = merge(module.bulk_reduce.counts, { metric = "FailedItems" }), above = 0
        section = "failed-items", means = "Images of a list in S3 have no answer after every attempt."
      }
    },
    { for purpose, function in local.functions : "${purpose}_errors" => {
      sight   = function.errors, above = lookup(local.ordinary_errors, purpose, 0)
      section = "errors", means = "Calls of ${function.name} broke, ran out of time or memory, or found no usable model."
    } },
    { for purpose, function in local.functions : "${purpose}_throttles" => {
      sight   = function.throttles, above = 0 # the state machines try a throttled call again for less than this minute, the API not at all
      section = "throttles", means = "Calls of ${function.name} were refused: too many functions of the account run at once."
    } },
    { for ending, sight in module.workflow.failures : "workflow_${ending}" => {
      sight   = sight, above = 0 # failed images fail no job, so what ends one is worth a look
      section = "failed-jobs", means = "A job on a posted list ${local.ended[ending]}."
    } },
    { for ending, sight in module.bulk.failures : "bulk_${ending}" => {
      sight   = sight, above = 0
      section = "failed-jobs", means = "A job on a list in S3 ${local.ended[ending]}."
    } },
  )
}

module "alarm" {
  source   = "../modules/alarm"
  for_each = local.watched

  name        = "${local.prefix}-${replace(each.key, "_", "-")}"
  description = "${each.value.means} Read docs/runbook.md#${each.value.section}"
  sight       = each.value.sight
  above       = each.value.above
  topic       = module.alarms_topic.arn
}

output "alarms" {
  description = "The topic that all alarms are told to, by its ARN, and the alarms' names by what they watch."
  value       = { topic = module.alarms_topic.arn, names = { for watched, alarm in module.alarm : watched => alarm.name } }
}
