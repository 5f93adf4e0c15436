"""Terraform for a team: shared state, saved plans, operators' policies, and recovery."""
