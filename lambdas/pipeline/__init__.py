"""Images by the batch: from messages of a queue to results that another queue has accepted."""
