"""Patches of IAM: who a caller is, and which permission a request needs."""
