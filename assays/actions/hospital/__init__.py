"""What a hospital's system tells and orders: filed message by message, done in its own name."""
