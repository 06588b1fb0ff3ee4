//! Signature schemes: one file each, verifying and signing side by side.
