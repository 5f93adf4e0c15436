"""How an environment does: its queues, alarms and versions, and the ledger of what was sent and what became of it."""
