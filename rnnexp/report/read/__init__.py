"""Step 1: run folders are read, as far as their files can be read."""
