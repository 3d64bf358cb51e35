"""Measures (*sinyal*): what the live records of a room say, told through one port."""
