"""Step 4: the figures."""
