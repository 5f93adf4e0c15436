"""Lists of images as jobs: a request that is posted, items that are classified, results that are joined."""
