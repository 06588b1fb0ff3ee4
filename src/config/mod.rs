//! What people configure: one small struct per concern.
