# The queue that the function takes its work from, if it has one.

resource "aws_lambda_event_source_mapping" "this" {
  for_each = { for trigger in var.trigger[*] : "queue" => trigger }

  function_name                      = aws_lambda_alias.live.arn # known once the role's policies are attached: AWS checks them here
  event_source_arn                   = each.value.queue.address
  batch_size                         = each.value.batch_size
  maximum_batching_window_in_seconds = each.value.batch_window
  function_response_types            = ["ReportBatchItemFailures"]

  scaling_config {
    maximum_concurrency = each.value.maximum_concurrency
  }
}
