//! What a part of an expression stands for: a place of the inputs, or something computed.

use crate::value::{FieldKind, Outline};

/// One of the three inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Input {
    /// The canonical event.
    Event,
    /// The request's headers.
    Headers,
    /// The payload.
    Raw,
}

impl Input {
    /// The inputs by their names.
    pub(super) const NAMES: [(&'static str, Self); 3] =
        [("event", Self::Event), ("headers", Self::Headers), ("raw", Self::Raw)];
}

/// What a part stands for.
#[derive(Debug, Clone)]
pub(super) enum Part {
    /// A place of an input; what it holds, where that is known.
    Place { input: Input, place: usize, kind: Option<FieldKind>, path: String },
    /// Something computed, of this type.
    Computed(Type),
}

/// What is known of a value's type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    /// Text.
    Text,
    /// A number.
    Number,
    /// True or false.
    Bool,
    /// A list.
    List,
    /// A map.
    Map,
    /// Null.
    Null,
    /// Nothing is known.
    Any,
}

impl Type {
    /// The type in words.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "a number",
            Self::Bool => "true or false",
            Self::List => "a list",
            Self::Map => "a map",
            Self::Null => "null",
            Self::Any => "anything",
        }
    }

    fn of(kind: FieldKind) -> Self {
        match kind {
            FieldKind::Text | FieldKind::Time | FieldKind::Word(_) => Self::Text,
            FieldKind::Integer => Self::Number,
            FieldKind::Bool => Self::Bool,
            FieldKind::Record(_) => Self::Map,
            FieldKind::List(_) => Self::List,
            // A number that people see may be a name.
            FieldKind::Number | FieldKind::Json => Self::Any,
        }
    }
}

impl Part {
    /// What is computed of what is not known.
    pub(super) const ANY: Self = Self::Computed(Type::Any);

    /// The type.
    pub(super) fn r#type(&self) -> Type {
        match self {
            Self::Place { input: Input::Headers, place, .. } if *place != Outline::ROOT => {
                Type::Text
            }
            Self::Place { kind, .. } => kind.map_or(Type::Any, Type::of),
            Self::Computed(known) => *known,
        }
    }

    /// What it holds, where it is a place of the model.
    pub(super) fn kind(&self) -> Option<FieldKind> {
        match self {
            Self::Place { kind, .. } => *kind,
            Self::Computed(_) => None,
        }
    }

    /// The part in words, for messages.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Place { path, .. } => format!("`{path}`"),
            Self::Computed(_) => "this".to_owned(),
        }
    }
}
