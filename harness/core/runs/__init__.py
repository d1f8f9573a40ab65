"""A run: judged, folded, and kept without growing."""
