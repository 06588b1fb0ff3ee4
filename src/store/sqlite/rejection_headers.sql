-- The headers of a refused request, without secrets: a list of pairs, in their order.
ALTER TABLE rejection ADD COLUMN headers TEXT NOT NULL DEFAULT '[]';
