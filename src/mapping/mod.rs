//! The mapping language: load, check, compile, run.
