"""The demo model: it reads one handwritten digit."""
