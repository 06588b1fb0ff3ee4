//! Rebuilds the crate when a mapping or a template changes: they are embedded in the binary.

fn main() {
    println!("cargo:rerun-if-changed=mappings");
    println!("cargo:rerun-if-changed=templates");
}
