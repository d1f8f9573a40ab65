"""What a rule is, what it gives, and when several readings of it agree."""
