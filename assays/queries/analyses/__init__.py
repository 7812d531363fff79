"""What analyses take in, how far runs are, and what they gave."""
