"""What is known of a file beyond the lines of it that are there."""

SOURCE_FACTS = """
    create table if not exists source_facts (
        source varchar, first_time timestamptz, begins timestamptz, was_read_twice boolean
    )
"""
"""Makes the table, empty where all lines of all files are there: the time of a file's first line that has one, its
least time, and whether it holds lines twice."""

BEGINNINGS = """
    SELECT s.source, coalesce(any_value(k.begins), min(s.time)) AS begins
    FROM spine s LEFT JOIN source_facts k ON k.source = s.source GROUP BY s.source
"""
"""The least time of each file (source, begins), by which lines of one time stand in order."""
