"""What is known of a file beyond the lines of it that are there."""

SOURCE_FACTS = """
    create table if not exists source_facts (source varchar, first_time timestamptz, was_read_twice boolean)
"""
"""Makes the table, empty where all lines of all files are there: the time of a file's first line that has one, and
whether it holds lines twice."""

BEGINNINGS = """
    SELECT s.source, coalesce(
        any_value(k.first_time), arg_min(s.time, s.line_no) FILTER (s.time IS NOT NULL)
    ) AS begins
    FROM spine s LEFT JOIN source_facts k ON k.source = s.source GROUP BY s.source
"""
"""The time of each file's first line that has one (source, begins), by which lines of one time stand in order."""
