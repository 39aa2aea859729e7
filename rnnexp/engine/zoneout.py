"""Zoneout: a timestep keeps a share of each old state. Krueger et al. (2017), arXiv 1606.01305."""


def zoned(shares, following, states):
    """Returns the states after a timestep: share ⊙ old + (1 - share) ⊙ new.

    Args:
        shares: For each state, the share of the old one: (B, M) or a number; None keeps nothing.
            None for all means that there is no zoneout.
        following: The next states without zoneout, S of (B, M).
        states: The states before, S of (B, M).
    """
    if shares is None:
        return following
    return tuple(
        new if share is None else share * old + (1 - share) * new
        for share, new, old in zip(shares, following, states, strict=True)
    )
