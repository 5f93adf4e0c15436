"""Checks of what no compiler looks at: Terraform folders one by one, and every policy that is rendered."""
