"""What is known of a file beyond the lines of it that are there."""

SOURCE_FACTS = """
    create table if not exists source_facts (source varchar, first_time timestamptz, was_read_twice boolean)
"""
"""Makes the table, empty where all lines of all files are there: the time of a file's first line that has one, and
whether it holds lines twice."""
