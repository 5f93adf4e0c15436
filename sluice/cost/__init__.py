"""What images cost: list prices, what is measured, and what other ways to serve a model would cost instead."""
