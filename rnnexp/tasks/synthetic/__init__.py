"""Tasks that generate their examples."""
