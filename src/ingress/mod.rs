//! From an HTTP request to a stored delivery: one file per stage.
