"""The subcommands of `rnnexp`."""
