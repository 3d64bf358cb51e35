"""Pages of the room: units, people, accounts from a spreadsheet, and one's own account."""
