"""LOY-17 — a member's history replayed under two rulebooks, today's and a changed one, by the rules of `loyalty.policy`."""
