"""The metrics that alarms watch, as AWS documents them: their dimensions, and the statistic to use for each."""

SQS = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html"
LAMBDA = "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html"
STATES = "https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html"
HTTP_API = "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html"
SLUICE = "docs/messages.md"

# (namespace, metric): (dimensions, statistic, source)
METRICS = {
    ("AWS/SQS", "ApproximateNumberOfMessagesVisible"): ({"QueueName"}, "Maximum", SQS),
    ("AWS/SQS", "ApproximateAgeOfOldestMessage"): ({"QueueName"}, "Maximum", SQS),
    ("AWS/Lambda", "Errors"): ({"FunctionName"}, "Sum", LAMBDA),
    ("AWS/Lambda", "Throttles"): ({"FunctionName"}, "Sum", LAMBDA),
    ("AWS/States", "ExecutionsFailed"): ({"StateMachineArn"}, "Sum", STATES),
    ("AWS/States", "ExecutionsTimedOut"): ({"StateMachineArn"}, "Sum", STATES),
    ("AWS/States", "ExecutionsAborted"): ({"StateMachineArn"}, "Sum", STATES),
    ("AWS/ApiGateway", "5xx"): ({"ApiId"}, "Sum", HTTP_API),
    ("Sluice", "FailedItems"): ({"service"}, "Sum", SLUICE),
}
