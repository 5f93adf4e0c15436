"""Patches that add X-Ray."""
