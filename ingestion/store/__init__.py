"""What is kept: rows typed and checked, landing, raw, one atomic write. Knows no venue and no network."""
