"""Functions by cases with symbolic parameters: their expectations, suprema and infima."""
