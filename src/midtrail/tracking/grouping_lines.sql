-- Which lines tell the sender group or the score of an incoming connection.

select seq, icid, host, stamp, true as grouped from dated_sender_group_matched
union all
select seq, icid, host, stamp, false from dated_icid_sbrs
