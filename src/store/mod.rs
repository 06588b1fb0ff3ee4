//! Where deliveries, events, dispatches and attempts are kept.
