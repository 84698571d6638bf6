"""Satisfaction surveys (SVC-06, SVC-07 · D5): drawn up by one person, published by two, asked at touch-points, answered
without a log-in, told in figures."""
