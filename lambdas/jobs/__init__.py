"""Jobs: a list of images as one request, classified item by item, with all results in the order of the list."""
