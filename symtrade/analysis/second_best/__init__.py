"""The second best of Myerson and Satterthwaite (1983), and what it is compared with."""
