"""midtrail reads the mail_logs of Cisco's Email Security Appliance and tells what became of every message."""
