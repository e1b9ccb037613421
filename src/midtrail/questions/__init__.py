"""What is asked of a log beyond its tables: tables in, answers out."""
