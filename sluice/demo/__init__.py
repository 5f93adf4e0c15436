"""The demonstration: real images through the whole stack on one machine, counted from what came out."""
