"""Rebuilds the bundled stance weights. The only place, with `models/hub.py`, that needs torch."""
