"""What nova and placement count, as pure functions over rows: the arithmetic that rules share."""
