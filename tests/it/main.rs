//! The integration tests: one binary, so that everything is linked once.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod case;
mod commands;
mod conformance;
#[cfg(unix)]
mod cookbook;
mod crash;
mod custom;
mod egress;
mod examples;
mod fidelity;
mod gateway;
mod generated;
mod handshake;
mod headers;
mod mapping;
mod memory;
mod mutations;
mod new_forge;
mod parity;
mod program;
mod receiver;
#[cfg(unix)]
mod receivers;
mod robust;
mod routes;
mod schema;
mod signatures;
mod story;
mod targets;
mod template;
mod tidy;
mod tools;
mod when;
mod why;
mod worker;
