//! Rebuilds the crate when a mapping changes: the mappings are embedded in the binary.

fn main() {
    println!("cargo:rerun-if-changed=mappings");
}
