"""What an announcement decides, field by field, as it is laid before a second person (MEM-11)."""

from typing import Any

from service_desk.knowledge.models import Announcement

PARTS = ("title", "summary", "body")


def told(row: Announcement) -> dict[str, Any]:
    """Everything that is decided; `body.en` and the like by language."""
    found: dict[str, Any] = {
        "kind": row.kind,
        "audience": row.audience,
        "tiers": sorted(row.tiers),
        "products": sorted(product.code for product in row.products.all()),
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "importance": row.importance,
        "is_pinned": row.is_pinned,
        "sends_message": row.sends_message,
        "purpose": row.purpose,
        "legal_text": str(row.legal_text) if row.legal_text else None,
    }
    for text in sorted(row.texts.all(), key=lambda one: one.language):
        found |= {f"{part}.{text.language}": getattr(text, part) for part in PARTS}
    return found
