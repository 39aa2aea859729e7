"""Tasks on data of your own: arrays, tables, texts and datasets from Python."""
