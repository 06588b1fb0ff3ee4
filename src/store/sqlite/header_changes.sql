-- What a source changed about the headers before they were read.
ALTER TABLE delivery_body ADD COLUMN rewritten TEXT NOT NULL DEFAULT '[]';
