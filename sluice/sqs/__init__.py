"""The SQS client code: tasks into a queue, messages out of it."""
