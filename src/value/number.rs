//! The number of an issue or pull request: what people see after the `#`.

use super::{FieldKind, FieldType, Mismatch, Notes, View};
use serde::{Deserialize, Serialize};

/// A number that people see. Most forges count; some name (`I4DX8Q`), and a name is kept as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Number {
    /// A count.
    Count(i64),
    /// A name.
    Name(String),
}

impl FieldType for Number {
    const KIND: FieldKind = FieldKind::Number;

    fn view(&self) -> View<'_> {
        match self {
            Self::Count(count) => View::Int(*count),
            Self::Name(name) => View::Str(name),
        }
    }

    fn from_view(view: View<'_>, _notes: &mut Notes) -> Result<Self, Mismatch> {
        match view.scalar() {
            View::Int(count) => Ok(Self::Count(count)),
            View::Str("") => Err(Mismatch::new("a number", view)),
            View::Str(text) => {
                Ok(text.parse().map_or_else(|_| Self::Name(text.to_owned()), Self::Count))
            }
            _ => Err(Mismatch::new("a number", view)),
        }
    }
}
