"""What the tests stand on: homes, servers, browsers, and the count of what could not be tested here."""
