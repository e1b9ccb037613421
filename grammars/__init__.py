"""The Lark grammar of mail_logs: `mail_logs.lark` is the start, `common.lark` holds the terminals."""
