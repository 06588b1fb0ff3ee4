-- How a rendered request is asked for: templates need not be a POST to the target's own address.
ALTER TABLE outgoing ADD COLUMN method TEXT NOT NULL DEFAULT 'POST';
ALTER TABLE outgoing ADD COLUMN path TEXT NOT NULL DEFAULT '';
ALTER TABLE outgoing ADD COLUMN query TEXT NOT NULL DEFAULT '';
