"""Classical test theory: reliability, item analysis, DIF, equating, accuracy of cuts, forms, standard setting."""
