output "name" {
  description = "Name of the alarm."
  value       = aws_cloudwatch_metric_alarm.this.alarm_name
}

output "arn" {
  description = "ARN of the alarm, for example for the alarm widget of a dashboard."
  value       = aws_cloudwatch_metric_alarm.this.arn
}
