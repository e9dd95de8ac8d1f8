"""Reading of workbooks and Parquet files."""
