"""What a unit computes, told as on a blackboard: its equations, gates, weights, memory and cost.

An `Explanation` follows from an equation alone. Those of rnnexp's units are in units.json, so that
they can be shown without importing Keras; `make catalogue` writes that file.
"""
