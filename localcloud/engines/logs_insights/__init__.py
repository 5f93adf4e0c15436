"""CloudWatch Logs Insights: queries over log events and the fields of their JSON messages."""
