"""Sources: one file each; a registry of them, one runner for all of them, and the tree of ways in which they fail."""
