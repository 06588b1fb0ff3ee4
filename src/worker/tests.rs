//! The worker against real sockets and a real store.
