"""The portal's pages of loyalty, and its part of the counter."""
