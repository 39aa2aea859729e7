"""Reads run folders and writes a page, figures and tables. TensorFlow and Keras are not imported.

The sub-packages are the steps of the pipeline; read them in this order:

1. `read`: from run folders to `Run` objects, with a note on whatever cannot be read.
2. `group`: runs by task, and within a task by the settings that differ; duplicates are left out.
3. `aggregate`: means, intervals and curves over the seeds of a group, and the two tables.
4. `draw`: one figure for each question, as SVG and PNG.
5. `write`: the HTML page, and all files put in place at once.

`pipeline` goes through these steps.
"""
