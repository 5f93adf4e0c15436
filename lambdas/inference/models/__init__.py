"""The address of a bundle to a verified, loaded model; the registry of deployed models and their shadows."""
