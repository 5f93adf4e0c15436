# One alarm on one sight: says to a topic when a number is too high, and when it no longer is.

resource "aws_cloudwatch_metric_alarm" "this" {
  alarm_name        = var.name
  alarm_description = var.description

  namespace   = var.sight.namespace
  metric_name = var.sight.metric
  dimensions  = var.sight.dimensions
  statistic   = var.sight.statistic

  comparison_operator = "GreaterThanThreshold"
  threshold           = var.above
  period              = var.period
  evaluation_periods  = var.periods
  treat_missing_data  = "notBreaching" # sights are published when something happens, or of what is in use: silence is peace

  alarm_actions = [var.topic]
  ok_actions    = [var.topic]
}
