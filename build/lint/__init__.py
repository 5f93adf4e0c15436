"""Checks of `make lint` beyond ruff and mypy: Terraform, state machines, hardening and policies."""
