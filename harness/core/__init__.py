"""What the program is about, without anything that reaches outside."""
