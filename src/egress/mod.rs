//! From a stored dispatch to a receipt: one file per stage.
