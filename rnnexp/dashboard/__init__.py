"""What TensorBoard shows: the only writer of event files, and the owner of all tags.

Read it in this order: `tags`, `summaries` and `event_file` (what the points of a curve are, and how
they are written), `layer_names`, `layer_history` and `history` (the arrays of each layer, and
diagnostics.nc), `layer_summaries`, `figures` and `custom_scalars` (what is shown of the arrays),
and `probe_writer`, which the callbacks use. `scalars` and `hparams` are those of a whole run.
"""
