"""Days on which an office works, and the addresses at which a calendar program reads what is due."""
