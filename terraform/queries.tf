# Saved queries in CloudWatch Logs Insights, over the logs of all functions.

locals {
  queries = {
    # Every log line about one task, oldest first: replace TASK by the id of the task, its SQS message or its job.
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

    # With SnapStart, Lambda reports the duration of the restore instead of that of the initialization.
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
