"""Recurrence for TensorBoard: a tab that shows what recurrent layers do while they learn.

TensorBoard finds `plugin.RecurrencePlugin` by the entry point `tensorboard_plugins`. Read the room
in this order: `logdirs` (which folders below --logdir have a diagnostics.nc), `selection`, `hdf5`,
`description` and `stretch` (what is read of such a file), `reader` and `reader_process` (all files
are read in a separate process, because a damaged one can take that process along), `catalogue` (the
runs that are known, looked for in the background), `listing` and `scores` (what is told of them),
`answers`, `frontend_files` and `plugin` (how TensorBoard serves it). `frontend/` is the page.

Nothing here imports TensorFlow, Keras or xarray, so that TensorBoard starts as fast as without it.
"""
