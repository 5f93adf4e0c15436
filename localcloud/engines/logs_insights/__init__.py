"""CloudWatch Logs Insights: queries over log events whose JSON fields are discovered; knows nothing of ministack."""
