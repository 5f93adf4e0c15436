"""An address to its bytes, also for addresses from untrusted senders."""
