"""Tables of the roadmap as they are handed in: columns, group lines and totals, rows to initiatives and lines of the budget."""
