"""MEM-03 · C2.1 — member numbers: ten digits that cannot be counted through and notice one wrong key."""

DIGITS = 9


def number_from(random: int) -> str:
    """MEM-03 · C2.1 — nine random digits, the first not 0, and the Luhn check digit."""
    body = str(10 ** (DIGITS - 1) + random % (9 * 10 ** (DIGITS - 1)))
    return body + str(check_digit(body))


def check_digit(body: str) -> int:
    """The digit that makes the Luhn sum a multiple of ten."""
    doubled = sum(sum(divmod(2 * int(d), 10)) for d in body[::-2])
    return -(doubled + sum(int(d) for d in body[-2::-2])) % 10


def is_number(text: str) -> bool:
    """MEM-03 · C2.1 — whether a text can be a member number (typed or scanned)."""
    return len(text) == DIGITS + 1 and text.isascii() and text.isdigit() and check_digit(text[:-1]) == int(text[-1])
