"""What is told instead of an answer."""


class Problem(Exception):
    """Raised for a request that has no answer; its text says why.

    Args:
        text: What is wrong, for the person who looks at the page.
        code: The HTTP status of the answer.
    """

    def __init__(self, text: str, code: int = 404) -> None:
        super().__init__(text)
        self.code = code


def one_line(error: object) -> str:
    """The text of an error on one line, not longer than a person reads."""
    text = error.args[0] if isinstance(error, KeyError) else error  # it would be in quotes
    return " ".join(str(text).split())[:300]


def unreadable(reason: object) -> Problem:
    """The problem of a file that is there."""
    return Problem(f"diagnostics.nc cannot be read ({one_line(reason)})")
