"""Patches of API Gateway (HTTP APIs)."""
