-- What templates of single headers came to, by their text.
ALTER TABLE outgoing ADD COLUMN header_values TEXT NOT NULL DEFAULT '{}';
