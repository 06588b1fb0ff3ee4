//! Which parts of a document are wanted: a tree of keys that a parser follows.

/// A tree of wanted keys. Scalars are always kept; of maps and lists only what is wanted, unless a
/// place is wanted whole.
#[derive(Debug, Clone)]
pub struct Outline {
    places: Vec<Place>,
}

#[derive(Debug, Clone, Default)]
struct Place {
    keys: Vec<(Box<str>, usize)>,
    elements: Option<usize>,
    whole: bool,
}

impl Outline {
    /// The place of the document itself.
    pub const ROOT: usize = 0;

    /// An outline that wants nothing yet.
    pub fn empty() -> Self {
        Self { places: vec![Place::default()] }
    }

    /// The place of a key of a place, made when it is new.
    pub fn child(&mut self, place: usize, key: &str) -> usize {
        if let Some((_, child)) = self.key(place, key) {
            return child;
        }
        let child = self.add();
        self.places[place].keys.push((key.into(), child));
        child
    }

    /// The place of all elements of a place, made when it is new.
    pub fn elements(&mut self, place: usize) -> usize {
        if let Some(elements) = self.places[place].elements {
            return elements;
        }
        let elements = self.add();
        self.places[place].elements = Some(elements);
        elements
    }

    /// Wants everything of a place.
    pub fn keep_whole(&mut self, place: usize) {
        self.places[place].whole = true;
    }

    fn add(&mut self) -> usize {
        self.places.push(Place::default());
        self.places.len() - 1
    }

    /// The key as it stands in the outline and its place; `None` when it is not wanted.
    pub(super) fn key(&self, place: usize, key: &str) -> Option<(&str, usize)> {
        let found = self.places[place].keys.iter().find(|(known, _)| **known == *key);
        found.map(|(known, child)| (&**known, *child))
    }

    /// The keys that are wanted of a place, each with its own place.
    pub(crate) fn keys(&self, place: usize) -> impl Iterator<Item = (&str, usize)> {
        self.places[place].keys.iter().map(|(key, child)| (&**key, *child))
    }

    /// How many keys are wanted of a place.
    pub(super) fn width(&self, place: usize) -> usize {
        self.places[place].keys.len()
    }

    /// The place of the elements, when any of them is wanted.
    pub(crate) fn element(&self, place: usize) -> Option<usize> {
        self.places[place].elements
    }

    /// Whether a place is wanted whole.
    pub(crate) fn is_whole(&self, place: usize) -> bool {
        self.places[place].whole
    }
}
