output "name" {
  description = "Name of the alarm."
  value       = aws_cloudwatch_metric_alarm.this.alarm_name
}

output "arn" {
  description = "ARN of the alarm, for dashboards to show its state."
  value       = aws_cloudwatch_metric_alarm.this.arn
}
