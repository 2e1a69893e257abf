"""Printed proofs, judged line by line."""
