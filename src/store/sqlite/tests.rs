//! What is particular to SQLite.
