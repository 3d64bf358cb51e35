"""Reminders: rooms say what is due, one digest a person and day goes out by the ways the person chose."""
