"""Reading of files of statistical packages: SPSS and Stata."""
