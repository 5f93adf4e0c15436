"""Model versions in an environment: publish, find and release them."""
