"""Many runs: planned, each in a process of its own, watched, continued where they were stopped."""
