"""The demonstration: it sends real images through the whole stack on one machine, and counts the results."""
