"""The Open Group's ArchiMate Model Exchange File Format (3.x): the register out, and other people's models in."""
