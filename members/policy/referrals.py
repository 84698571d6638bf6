"""MEM-10 · E1.4, E5.2 — invitations: the code, who is refused, who is looked at by a person, when both are rewarded,
and until when a card that is returned takes the rewards back.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from members.policy.parameters import ReferralParameters

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no I, L, O, U, so that a code can be read out."""
LENGTH = 10
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", " ": "", "-": ""})


@dataclass(frozen=True)
class Facts:
    """What is known of the two when an invitation is looked at.

    `joined_that_day` counts all friends of the inviting member who joined on the same day, this one included.
    """

    same_phone: bool = False
    same_email: bool = False
    same_document: bool = False
    same_household: bool = False
    same_device: bool = False
    same_address: bool = False
    same_name: bool = False
    joined_that_day: int = 1


def code_from(random: int) -> str:
    """MEM-10 — ten letters and digits from a random number: nobody counts through them."""
    code = ""
    for _ in range(LENGTH):
        random, place = divmod(random, len(ALPHABET))
        code += ALPHABET[place]
    return code


def read_code(text: str) -> str:
    """MEM-10 — a code as it is kept, however it was typed; empty when it cannot be one."""
    code = text[:100].upper().translate(_READ_AS)
    return code if len(code) == LENGTH and all(one in ALPHABET for one in code) else ""


def refused(facts: Facts) -> str:
    """MEM-10 — why this is one person twice, or nothing: then it is refused for good."""
    for code, found in (
        ("same-phone", facts.same_phone), ("same-email", facts.same_email), ("same-document", facts.same_document),
    ):  # fmt: skip
        if found:
            return code
    return ""


def suspicions(facts: Facts, *, parameters: ReferralParameters) -> tuple[str, ...]:
    """MEM-10 — what a person should look at before anybody is rewarded."""
    return tuple(
        code
        for code, found in (
            ("same-device", facts.same_device),
            ("same-address", facts.same_address),
            ("same-household", facts.same_household),
            ("same-name", facts.same_name),
            ("many-in-a-day", facts.joined_that_day > parameters.most_a_day),
        )
        if found
    )


def due_on(activated_on: date, *, parameters: ReferralParameters) -> date:
    """MEM-10 — the day from which both are rewarded: the activation and so many days."""
    return activated_on + timedelta(days=parameters.wait_days)


def is_withdrawn(returned_on: date, *, rewarded_on: date, parameters: ReferralParameters) -> bool:
    """MEM-10 — whether a card that is returned on the day takes both rewards back; the last of the days counts."""
    return returned_on <= rewarded_on + timedelta(days=parameters.withdraw_days)


def place_in_year(rewarded: int, *, parameters: ReferralParameters) -> int | None:
    """MEM-10 — the how-manieth reward of the year the next one is; None once the year's number is reached."""
    return rewarded + 1 if rewarded < parameters.yearly_cap else None
