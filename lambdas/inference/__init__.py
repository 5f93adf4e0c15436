"""Image to labels: from a task to its prediction or rejection. Knows no event of AWS."""
