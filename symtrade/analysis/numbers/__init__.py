"""Real numbers with proofs: algebraic ones by name, others enclosed by balls."""
