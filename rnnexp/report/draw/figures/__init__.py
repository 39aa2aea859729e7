"""One module per figure: its `draw` functions draw a section, or return None without data."""
