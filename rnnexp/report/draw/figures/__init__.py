"""One file per figure: each draws a section, or returns None where its runs have nothing for it."""
