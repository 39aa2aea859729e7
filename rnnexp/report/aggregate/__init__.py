"""Step 3: what several seeds say together, as intervals, curves and tables."""
