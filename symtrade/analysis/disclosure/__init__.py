"""Static disclosure and posted prices for two distributions, and the first best."""
