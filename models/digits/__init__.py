"""The demo model: classifies one handwritten digit."""
