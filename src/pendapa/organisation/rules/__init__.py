"""Rules of the room: plain functions on plain values."""
