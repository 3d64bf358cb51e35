"""What this room registers with the ground floor: nothing; it only reads what is public."""
