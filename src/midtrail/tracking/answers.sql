-- The tables that people ask for messages and recipients.

create or replace table messages as select * from track_message_rows;

create or replace table recipients as select * from track_recipient_rows;
