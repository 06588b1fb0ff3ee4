//! What an edit changed: a map from field to what it was and what it is.

use super::record::record;
use crate::value::{FieldKind, FieldType, Mismatch, Notes, Record, Shape, View, fill};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

record! {
    /// One field that changed.
    Change, "change" {
        /// What it was; absent when the forge does not say.
        from: serde_json::Value,
        /// What it is; absent when the forge does not say.
        to: serde_json::Value,
    }
}

/// The fields that changed, by their canonical names.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Changes(pub BTreeMap<String, Change>);

const SHAPE: &Shape = &Shape {
    name: "changes",
    doc: "The fields that changed, by their canonical names.",
    fields: &[],
    open: Some(|| Change::KIND),
};

impl Record for Changes {
    fn shape(&self) -> &'static Shape {
        SHAPE
    }

    fn get(&self, _field: usize) -> View<'_> {
        View::Absent
    }

    fn set(&mut self, _field: usize, value: View<'_>, _: &mut Notes) -> Result<(), Mismatch> {
        Err(Mismatch::new("no such field", value))
    }

    fn get_open(&self, key: &str) -> View<'_> {
        self.0.get(key).map_or(View::Absent, FieldType::view)
    }

    fn set_open(&mut self, key: &str, value: View<'_>, notes: &mut Notes) -> Result<(), Mismatch> {
        self.0.insert(key.to_owned(), Change::from_view(value, notes)?);
        Ok(())
    }

    fn each_open(&self, visit: &mut dyn FnMut(&str, View<'_>)) {
        self.0.iter().for_each(|(key, change)| visit(key, change.view()));
    }
}

impl FieldType for Changes {
    const KIND: FieldKind = FieldKind::Record(SHAPE);

    fn view(&self) -> View<'_> {
        View::Record(self)
    }

    fn from_view(view: View<'_>, notes: &mut Notes) -> Result<Self, Mismatch> {
        fill(view, notes)
    }
}
