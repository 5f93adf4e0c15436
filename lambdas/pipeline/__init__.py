"""Images in batches: from the messages of one queue to results that another queue has accepted."""
