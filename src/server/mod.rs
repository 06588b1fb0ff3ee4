//! The HTTP rim around ingress, and the life of the whole gateway.
