//! Typed records that mappings can read and fill by field: the seam between the model and the
//! mapping language.

use super::{NO_SLOT, View, to_json};
use std::any::Any;
use std::fmt::Debug;

/// A typed struct of the canonical model, as mappings see it.
pub trait Record: Any + Send + Sync + Debug {
    /// The table of its fields.
    fn shape(&self) -> &'static Shape;

    /// The field at a place of the table; absent when it is not set.
    fn get(&self, field: usize) -> View<'_>;

    /// Sets the field at a place of the table.
    ///
    /// # Errors
    /// The value is of another type than the field's.
    fn set(&mut self, field: usize, value: View<'_>, notes: &mut Notes) -> Result<(), Mismatch>;

    /// The value of a key that the table does not have, in records with free keys.
    fn get_open(&self, _key: &str) -> View<'_> {
        View::Absent
    }

    /// Sets a free key.
    ///
    /// # Errors
    /// The record has no free keys, or the value is of the wrong type.
    fn set_open(
        &mut self,
        _key: &str,
        value: View<'_>,
        _notes: &mut Notes,
    ) -> Result<(), Mismatch> {
        Err(Mismatch::new("no such field", value))
    }

    /// Calls `visit` with each free key that is set.
    fn each_open(&self, _visit: &mut dyn FnMut(&str, View<'_>)) {}
}

/// The table of a record's fields: what checks, coercion, documentation and the schema rest on.
#[derive(Debug)]
pub struct Shape {
    /// The record's name, such as `pull_request`.
    pub name: &'static str,
    /// What it is, in a sentence or two.
    pub doc: &'static str,
    /// Its fields.
    pub fields: &'static [ShapeField],
    /// What a free key holds, in records that have them.
    pub open: Option<fn() -> FieldKind>,
}

/// A field of a record.
#[derive(Debug)]
pub struct ShapeField {
    /// Its name in JSON and in paths.
    pub name: &'static str,
    /// What it says.
    pub doc: &'static str,
    /// What it holds. A function, because records may contain themselves.
    pub kind: fn() -> FieldKind,
}

/// What a field holds.
#[derive(Debug, Clone, Copy)]
pub enum FieldKind {
    /// Text. Numbers and truth values are taken by their text.
    Text,
    /// A whole number.
    Integer,
    /// A number that people see: a count or a name.
    Number,
    /// True or false.
    Bool,
    /// A point in time.
    Time,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A record.
    Record(&'static Shape),
    /// A list.
    List(fn() -> FieldKind),
    /// Any JSON.
    Json,
}

impl Shape {
    /// The place of a field.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.name == name)
    }

    /// What the field or free key of this name holds.
    pub fn kind_of(&self, name: &str) -> Option<FieldKind> {
        match self.fields.iter().find(|field| field.name == name) {
            Some(field) => Some((field.kind)()),
            None => self.open.map(|kind| kind()),
        }
    }
}

/// A list of records.
pub trait Items: Debug + Sync {
    /// How many.
    fn len(&self) -> usize;
    /// Whether there is none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The one at a place, which must be less than the length.
    fn at(&self, place: usize) -> View<'_>;
}

/// A value that does not fit its field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{expected} was expected, found {found}")]
pub struct Mismatch {
    expected: String,
    found: String,
}

impl Mismatch {
    /// Says what was expected and shows the start of what was found.
    pub fn new(expected: impl Into<String>, found: View<'_>) -> Self {
        let found = to_json(found).to_string();
        let short: String = found.chars().take(60).collect();
        Self { expected: expected.into(), found: short }
    }
}

/// A type that a record's field can have.
pub trait FieldType: Sized {
    /// What it holds.
    const KIND: FieldKind;
    /// The value, seen.
    fn view(&self) -> View<'_>;
    /// The value, made from what a mapping found.
    ///
    /// # Errors
    /// The value is of another type.
    fn from_view(view: View<'_>, notes: &mut Notes) -> Result<Self, Mismatch>;
}

impl FieldType for String {
    const KIND: FieldKind = FieldKind::Text;

    fn view(&self) -> View<'_> {
        View::Str(self)
    }

    fn from_view(view: View<'_>, _notes: &mut Notes) -> Result<Self, Mismatch> {
        match view.scalar() {
            View::Str(text) => Ok(text.to_owned()),
            View::Int(i) => Ok(i.to_string()),
            View::UInt(u) => Ok(u.to_string()),
            View::Float(x) => Ok(x.to_string()),
            View::Bool(b) => Ok(b.to_string()),
            View::Time(time) => Ok(time.to_string()),
            _ => Err(Mismatch::new("text", view)),
        }
    }
}

impl FieldType for i64 {
    const KIND: FieldKind = FieldKind::Integer;

    fn view(&self) -> View<'_> {
        View::Int(*self)
    }

    fn from_view(view: View<'_>, _notes: &mut Notes) -> Result<Self, Mismatch> {
        match view.scalar() {
            View::Int(i) => Ok(i),
            View::Str(text) => text.parse().map_err(|_| Mismatch::new("a whole number", view)),
            _ => Err(Mismatch::new("a whole number", view)),
        }
    }
}

impl FieldType for bool {
    const KIND: FieldKind = FieldKind::Bool;

    fn view(&self) -> View<'_> {
        View::Bool(*self)
    }

    fn from_view(view: View<'_>, _notes: &mut Notes) -> Result<Self, Mismatch> {
        match view.scalar() {
            View::Bool(b) => Ok(b),
            View::Str("true") => Ok(true),
            View::Str("false") => Ok(false),
            _ => Err(Mismatch::new("true or false", view)),
        }
    }
}

impl FieldType for serde_json::Value {
    const KIND: FieldKind = FieldKind::Json;

    fn view(&self) -> View<'_> {
        View::Json(self)
    }

    fn from_view(view: View<'_>, _notes: &mut Notes) -> Result<Self, Mismatch> {
        Ok(to_json(view))
    }
}

impl<T: FieldType + Debug + Sync> Items for Vec<T> {
    fn len(&self) -> usize {
        Vec::len(self)
    }

    fn at(&self, place: usize) -> View<'_> {
        self[place].view()
    }
}

impl<T: FieldType + Debug + Sync> FieldType for Vec<T> {
    const KIND: FieldKind = FieldKind::List(|| T::KIND);

    fn view(&self) -> View<'_> {
        View::Items(self)
    }

    fn from_view(view: View<'_>, notes: &mut Notes) -> Result<Self, Mismatch> {
        if !view.is_list() {
            return Err(Mismatch::new("a list", view));
        }
        // Room for all of it at once: records are large, and a list that grows is copied.
        let mut items = Self::with_capacity(view.len());
        for item in view.elements().filter(|item| !item.is_absent()) {
            items.push(T::from_view(item, notes)?);
        }
        Ok(items)
    }
}

impl<T: FieldType> FieldType for Box<T> {
    const KIND: FieldKind = T::KIND;

    fn view(&self) -> View<'_> {
        (**self).view()
    }

    fn from_view(view: View<'_>, notes: &mut Notes) -> Result<Self, Mismatch> {
        T::from_view(view, notes).map(Box::new)
    }
}

/// What did not fit while a record was filled: each note names the field and both types.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Notes(pub Vec<String>);

/// Fills a fresh record from a map. A part that does not fit is left out and noted.
///
/// # Errors
/// The value is no map.
pub fn fill<R: Record + Default>(view: View<'_>, notes: &mut Notes) -> Result<R, Mismatch> {
    let mut record = R::default();
    let shape = record.shape();
    let mut put = |key: &str, slot: u16, value: View<'_>| {
        if value.is_absent() {
            return;
        }
        // A mapping knows the place of its keys since it was compiled; other maps look it up.
        let known = shape.fields.get(usize::from(slot)).filter(|field| field.name == key);
        let place = known.map(|_| usize::from(slot)).or_else(|| shape.position(key));
        let result = match place {
            Some(at) => record.set(at, value, notes),
            None => record.set_open(key, value, notes),
        };
        if let Err(mismatch) = result {
            notes.0.push(format!("{}.{key}: {mismatch}", shape.name));
        }
    };
    match view {
        View::Object(entries) => entries.iter().for_each(|e| put(e.key, e.slot, e.value)),
        View::Record(other) => {
            for (at, field) in other.shape().fields.iter().enumerate() {
                put(field.name, NO_SLOT, other.get(at));
            }
        }
        View::Json(serde_json::Value::Object(map)) => {
            map.iter().for_each(|(key, value)| put(key, NO_SLOT, View::Json(value)));
        }
        _ => return Err(Mismatch::new(format!("a {}", shape.name), view)),
    }
    Ok(record)
}
