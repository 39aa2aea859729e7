"""Files read without trust in their contents, and files written whole or not at all."""
