"""Step 2: runs are grouped by task and by the settings that differ."""
