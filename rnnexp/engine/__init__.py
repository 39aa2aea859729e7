"""How an equation runs over time: forward pass, backward pass, masks, taps."""
