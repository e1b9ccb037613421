-- Messages and recipients for who reads each once: they are joined while they are read, and stored nowhere.

create or replace temp view messages as select * from track_message_rows;

create or replace temp view recipients as select * from track_recipient_rows;
