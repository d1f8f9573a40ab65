"""Why there was no valid host: who held what of each host, in each view, to the unit."""
