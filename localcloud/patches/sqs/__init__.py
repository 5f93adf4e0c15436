"""Patches of SQS."""
