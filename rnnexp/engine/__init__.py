"""How an equation runs over time: forward sweep, reverse sweep, masks, taps."""
