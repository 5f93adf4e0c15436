# The dashboard: images from the queue to their answer, then the functions, then jobs.

locals {
  classifying = { for purpose in ["worker", "classify", "bulk_classify"] : purpose => local.functions[purpose] }
  percentiles = ["p50", "p95", "p99"]
}

module "dashboard" {
  source = "../modules/dashboard"
  name   = local.prefix
  alarms = values(module.alarm)[*].arn

  rows = [
    [
      { title = "Images in the queue", metrics = { waiting = module.images.visible_messages, received = module.images.in_flight_messages } },
      { title = "Age of the oldest image (s)", metrics = { oldest = module.images.oldest_message_age } },
      { title = "Dead letters", metrics = { "dead letters" = module.dead_letters.visible_messages } },
    ],
    [
      { title = "Images per minute", stacked = true, metrics = merge([for purpose, function in local.classifying : {
        "predicted by ${purpose}" = merge(function.custom_metric, { name = "Predictions" })
        "rejected by ${purpose}"  = merge(function.custom_metric, { name = "Rejections" })
      }]...) },
      { title = "Rejections by code", stacked = true, searches = [for function in local.classifying : format(
        "SEARCH('{%s,code,service} MetricName=\"RejectionsByCode\" service=\"%s\"', 'Sum')",
        function.custom_metric.namespace, function.custom_metric.dimensions.service,
      )] },
      { title = "Failed attempts", metrics = merge([for purpose, function in local.classifying : {
        "${purpose}: retry scheduled"   = merge(function.custom_metric, { name = "Retries" })
        "${purpose}: returned to queue" = merge(function.custom_metric, { name = "ReturnedToQueue" })
        "${purpose}: model error"       = merge(function.custom_metric, { name = "ModelErrors" })
      }]...) },
    ],
    [for stage in ["Fetch", "Decode", "Infer"] : {
      title   = "Worker: ${lower(stage)} (s)"
      metrics = { for percentile in local.percentiles : percentile => merge(module.worker.custom_metric, { name = "${stage}Seconds", statistic = percentile }) }
    }],
    [for purpose, function in local.classifying : {
      title   = "Duration of ${purpose} (ms)"
      metrics = { for percentile in local.percentiles : percentile => merge(function.duration, { statistic = percentile }) }
    }],
    [
      { title = "Cold starts", metrics = { for purpose, function in local.classifying : purpose => function.cold_starts } },
      { title = "Errors", metrics = { for purpose, function in local.functions : purpose => function.errors } },
      { title = "Throttles", metrics = { for purpose, function in local.functions : purpose => function.throttles } },
    ],
    [
      { title = "Jobs on posted lists", metrics = merge({ succeeded = module.workflow.successes }, module.workflow.failures) },
      { title = "Jobs on lists in S3", metrics = merge({ succeeded = module.bulk.successes }, module.bulk.failures) },
      { title = "Requests to the jobs API", metrics = { requests = module.api.requests, errors = module.api.errors } },
    ],
  ]
}
