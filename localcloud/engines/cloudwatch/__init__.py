"""CloudWatch metrics: storage by the minute, queries by period and statistic, metric math, alarms."""
