"""The limits of Amazon SQS that Sluice works with.

Source: Amazon SQS Developer Guide, "Amazon SQS message quotas" and "Exactly-once processing in Amazon SQS".
"""

# Messages in one request that sends, receives, deletes or changes visibility.
MAX_ENTRIES = 10

# Bytes of one message, and of all messages of one SendMessageBatch request.
MAX_BYTES = 262_144

# A FIFO queue drops a message whose deduplication id it has accepted within so many seconds.
DEDUPLICATION_SECONDS = 300
