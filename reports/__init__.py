"""What looks across rooms: the PDF pack, search, home (floor 7)."""
