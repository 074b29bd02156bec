"""Pure functions from frame to frame: daily sums, trend, standing, source health. No disk, no clock, no network."""
