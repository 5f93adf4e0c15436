"""CloudWatch's metrics: kept by the minute, asked by period and statistic, watched by alarms; no ministack."""
