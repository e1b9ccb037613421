-- The lines of seconds that several files tell, or a file that was read twice; there may be others among them.

create or replace temp view track_shared_lines as
select seq, source, line_no, host, time, text
from spine;
