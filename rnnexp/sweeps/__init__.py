"""Many runs: planned, each in a process of its own, shown, and continued after a stop."""
