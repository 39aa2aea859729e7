"""Names of symbols, for people to read."""


def letters(number: int, first: str) -> list[str]:
    """Return names of one letter from `first` on, such as u v w.

    After the last letter of the alphabet, a number is added: z, u1, v1.
    """
    last = "Z" if first.isupper() else "z"
    alphabet = [chr(code) for code in range(ord(first), ord(last) + 1)]
    return [
        alphabet[i % len(alphabet)] + (str(i // len(alphabet)) if i >= len(alphabet) else "")
        for i in range(number)
    ]
