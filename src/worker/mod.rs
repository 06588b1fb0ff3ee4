//! Claims due dispatches and drives egress.
