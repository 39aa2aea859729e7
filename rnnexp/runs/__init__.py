"""The folder of a run: its files, its lock, and what is said when the disk is full."""
