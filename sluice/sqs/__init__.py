"""The SQS client code: one way to send messages, to delete them and to consume a queue, used by every command."""
