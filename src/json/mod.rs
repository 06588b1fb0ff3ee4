//! Single fields of a JSON text: found, read or blanked out without reading the rest.
//!
//! Before a delivery is verified nothing may parse it; where a forge puts its event name or its
//! secret into the body, these functions look at one field and skip everything else. They work on
//! the bytes as they are, so what is not blanked out stays as the forge wrote it.

mod path;
mod redact;
mod scan;
mod survey;

pub use path::{Path, PathError};
pub use redact::{STARS, redact};
pub use scan::{has_exactly_keys, read};
pub use survey::{DEEPEST, Survey};
