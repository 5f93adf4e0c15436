"""Image files to pixels, within limits of time and memory."""
