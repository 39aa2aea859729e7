"""Step 5: the page, and the files of the report."""
