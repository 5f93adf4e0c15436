"""Model versions of an environment: find, publish and release them."""
