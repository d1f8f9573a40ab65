"""What was answered, raw: kept, packed, and read again without trust."""
