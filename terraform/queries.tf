# Questions to the logs that an ops team asks, saved in CloudWatch Logs Insights.

locals {
  queries = {
    # Put the id of the task in the place of TASK: all that became of it, in any function, oldest first. An SQS message's id or a job's does, too.
    task = <<-EOT
      fields @timestamp, @log, message, id, receives, model, code, reason, seconds, xray_trace_id
      | filter id = "TASK" or message_id = "TASK" or job = "TASK"
      | sort @timestamp asc
      | limit 1000
    EOT

    rejections = <<-EOT
      filter message = "Rejected"
      | stats count(*) as images by code, model
      | sort images desc
    EOT

    retries = <<-EOT
      filter message in ["Retry scheduled", "Returned to queue", "Failed"]
      | stats count(*) as attempts, count_distinct(id) as images by message, code
      | sort attempts desc
    EOT

    slowest = <<-EOT
      fields @timestamp, @log, id, model, seconds
      | filter message = "Predicted"
      | sort seconds desc
      | limit 50
    EOT

    # A version that is restored from a snapshot does not start, so Lambda reports how long that took in the start's place.
    cold-starts = <<-EOT
      filter type = "platform.report"
      | stats count(*) as calls, count(record.metrics.initDurationMs) as cold, max(record.metrics.initDurationMs) as slowest_ms, count(record.metrics.restoreDurationMs) as restored, max(record.metrics.restoreDurationMs) as slowest_restore_ms, max(record.metrics.maxMemoryUsedMB) as memory_mb by @log
    EOT
  }
}

resource "aws_cloudwatch_query_definition" "this" {
  for_each = local.queries

  name            = "${local.prefix}/${each.key}"
  log_group_names = [for function in local.functions : function.log_group]
  query_string    = trimspace(each.value)
}

output "queries" {
  description = "Names of the saved queries by what they tell."
  value       = { for told, query in aws_cloudwatch_query_definition.this : told => query.name }
}
