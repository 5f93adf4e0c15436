# What an ops team looks at: the way of an image from left to right, from its queue to its answer, and then the jobs.

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
      { title = "Images that wait, and that are being worked on", sights = { waiting = module.images.visible, "in work" = module.images.hidden } },
      { title = "Age of the oldest image (s)", sights = { oldest = module.images.oldest } },
      { title = "Dead letters", sights = { "dead letters" = module.dead_letters.visible } },
    ],
    [
      { title = "Images a minute", stacked = true, sights = merge([for purpose, function in local.classifying : {
        "predicted by ${purpose}" = merge(function.counts, { metric = "Predictions" })
        "rejected by ${purpose}"  = merge(function.counts, { metric = "Rejections" })
      }]...) },
      { title = "Rejections by code", stacked = true, searches = [for function in local.classifying : format(
        "SEARCH('{%s,code,service} MetricName=\"RejectionsByCode\" service=\"%s\"', 'Sum')",
        function.counts.namespace, function.counts.dimensions.service,
      )] },
      { title = "Retries and errors", sights = merge([for purpose, function in local.classifying : {
        "${purpose}: retry scheduled"   = merge(function.counts, { metric = "Retries" })
        "${purpose}: returned to queue" = merge(function.counts, { metric = "ReturnedToQueue" })
        "${purpose}: model error"       = merge(function.counts, { metric = "ModelErrors" })
      }]...) },
    ],
    [for step in ["Fetch", "Decode", "Infer"] : {
      title  = "${step} of the worker (s)"
      sights = { for percentile in local.percentiles : percentile => merge(module.worker.counts, { metric = "${step}Seconds", statistic = percentile }) }
    }],
    [for purpose, function in local.classifying : {
      title  = "A call of ${purpose} (ms)"
      sights = { for percentile in local.percentiles : percentile => merge(function.duration, { statistic = percentile }) }
    }],
    [
      { title = "Cold starts", sights = { for purpose, function in local.classifying : purpose => function.cold_starts } },
      { title = "Errors", sights = { for purpose, function in local.functions : purpose => function.errors } },
      { title = "Throttles", sights = { for purpose, function in local.functions : purpose => function.throttles } },
    ],
    [
      { title = "Jobs on posted lists", sights = merge({ succeeded = module.workflow.successes }, module.workflow.failures) },
      { title = "Jobs on lists in S3", sights = merge({ succeeded = module.bulk.successes }, module.bulk.failures) },
      { title = "Requests to the jobs API", sights = { requests = module.api.requests, faults = module.api.faults } },
    ],
  ]
}

output "dashboard" {
  description = "Name of the dashboard."
  value       = module.dashboard.name
}
