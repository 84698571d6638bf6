"""The rules of loyalty, pure: points, tiers, benefits, rewards, referral."""
