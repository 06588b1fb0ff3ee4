//! What is known of a forge beside its mappings: how its deliveries are recognised, its words and ids.
