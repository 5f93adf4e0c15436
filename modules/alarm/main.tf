# A CloudWatch alarm on one metric that notifies an SNS topic when it starts and when it clears.

resource "aws_cloudwatch_metric_alarm" "this" {
  alarm_name        = var.name
  alarm_description = var.description

  namespace   = var.metric.namespace
  metric_name = var.metric.name
  dimensions  = var.metric.dimensions
  statistic   = var.metric.statistic

  comparison_operator = "GreaterThanThreshold"
  threshold           = var.threshold
  period              = var.period
  evaluation_periods  = var.evaluation_periods
  treat_missing_data  = "notBreaching" # these metrics are published only while there is activity: no data means no errors

  alarm_actions = [var.topic_arn]
  ok_actions    = [var.topic_arn]
}
