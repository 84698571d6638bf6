"""Addresses as staff may see them (SEC-03): enough to recognise, too little to use."""


def address(plain: str) -> str:
    """`+8613812340001` → `+86138****0001`; `wanqing.lin@example.com` → `w***@example.com`."""
    if not plain:
        return ""
    name, at, domain = plain.rpartition("@")
    if at:
        return f"{name[:1]}***@{domain}"
    hidden = min(4, max(len(plain) - 4, 0))
    kept = plain[: max(len(plain) - 4 - hidden, 0)]
    return f"{kept}{'*' * hidden}{plain[-4:]}" if len(plain) > 6 else "*" * len(plain)
