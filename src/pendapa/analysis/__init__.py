"""What the register knows: impact, matrix, landscape, people, integration, security coverage, questions in one line."""
