"""The status of an environment: its queues, alarms and versions, and the accounting of its tasks."""
