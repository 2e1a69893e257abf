"""Questions of economists, composed from the questions that a prover answers."""
