-- Lines that follow one another in a file with one host and one second: here each line is a run of its own.

create or replace temp view track_line_runs as
select source, host, time, 1 as lines, line_no as first_line_no, line_no as last_line_no
from spine;
