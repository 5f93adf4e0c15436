"""What an image leaves behind: its outcome, metrics, a log line and a trace."""
