//! Macros that declare the model once: the struct, its serde form, its field table and the access
//! by field that mappings use.

/// Declares a record of the canonical model. Every field is optional: what a forge does not send
/// is absent.
macro_rules! record {
    (
        $(#[doc = $doc:literal])+
        $name:ident, $word:literal {
            $( $(#[doc = $field_doc:literal])+ $(#[serde($($serde:tt)*)])? $field:ident: $type:ty, )+
        }
    ) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $(
                $(#[doc = $field_doc])+
                #[serde(default, skip_serializing_if = "Option::is_none" $(, $($serde)*)?)]
                pub $field: Option<$type>,
            )+
        }

        impl $name {
            /// The table of the fields.
            pub const SHAPE: &'static crate::value::Shape = &crate::value::Shape {
                name: $word,
                doc: concat!($($doc,)+),
                fields: &[$(
                    crate::value::ShapeField {
                        // A raw identifier (`r#ref`, `r#type`) is written without its mark.
                        name: $crate::event::record::plain(stringify!($field)),
                        doc: concat!($($field_doc,)+),
                        kind: || <$type as crate::value::FieldType>::KIND,
                    },
                )+],
                open: None,
            };
        }

        impl crate::value::Record for $name {
            fn shape(&self) -> &'static crate::value::Shape {
                Self::SHAPE
            }

            fn get(&self, field: usize) -> crate::value::View<'_> {
                let mut _at = 0;
                $(
                    if field == _at {
                        return match &self.$field {
                            Some(value) => crate::value::FieldType::view(value),
                            None => crate::value::View::Absent,
                        };
                    }
                    _at += 1;
                )+
                crate::value::View::Absent
            }

            fn set(
                &mut self,
                field: usize,
                value: crate::value::View<'_>,
                notes: &mut crate::value::Notes,
            ) -> Result<(), crate::value::Mismatch> {
                let mut _at = 0;
                $(
                    if field == _at {
                        self.$field = Some(crate::value::FieldType::from_view(value, notes)?);
                        return Ok(());
                    }
                    _at += 1;
                )+
                Ok(())
            }
        }

        impl crate::value::FieldType for $name {
            const KIND: crate::value::FieldKind = crate::value::FieldKind::Record(Self::SHAPE);

            fn view(&self) -> crate::value::View<'_> {
                crate::value::View::Record(self)
            }

            fn from_view(
                view: crate::value::View<'_>,
                notes: &mut crate::value::Notes,
            ) -> Result<Self, crate::value::Mismatch> {
                crate::value::fill(view, notes)
            }
        }
    };
}

/// Declares a closed set of words: an enum, its text, and the check of it.
macro_rules! words {
    (
        $(#[doc = $doc:literal])+
        $name:ident { $( $(#[doc = $word_doc:literal])+ $variant:ident = $word:literal, )+ }
    ) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[derive(serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $( $(#[doc = $word_doc])+ #[serde(rename = $word)] $variant, )+
        }

        impl $name {
            /// All of the words, in their order.
            pub const WORDS: &'static [&'static str] = &[$($word,)+];
            /// All of the values, in their order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// The value that a word stands for.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl crate::value::FieldType for $name {
            const KIND: crate::value::FieldKind = crate::value::FieldKind::Word(Self::WORDS);

            fn view(&self) -> crate::value::View<'_> {
                crate::value::View::Str(self.as_str())
            }

            fn from_view(
                view: crate::value::View<'_>,
                _notes: &mut crate::value::Notes,
            ) -> Result<Self, crate::value::Mismatch> {
                view.as_str().and_then(Self::from_word).ok_or_else(|| {
                    let words = Self::WORDS.join(", ");
                    crate::value::Mismatch::new(format!("one of {words}"), view)
                })
            }
        }
    };
}

/// The name of a field without the mark of a raw identifier.
pub(super) const fn plain(name: &'static str) -> &'static str {
    match name.as_bytes() {
        [b'r', b'#', ..] => name.split_at(2).1,
        _ => name,
    }
}

pub(super) use {record, words};
