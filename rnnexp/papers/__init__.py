"""Published results beside one's own: the rows of conf/paper, their runs and their verdicts."""
