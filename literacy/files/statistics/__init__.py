"""Files of statistics programs: SPSS and Stata."""
