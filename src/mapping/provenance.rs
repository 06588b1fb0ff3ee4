//! Where each leaf of a body came from, kept as two bits a leaf in the order of the body.

use crate::value::{Class, View, parse, write_json};
use bumpalo::Bump;

/// Writes a made body as JSON, and the class of each leaf beside it.
pub(super) fn write_classed(view: View<'_>) -> (Vec<u8>, Vec<u8>) {
    let mut writer = Writer { out: Vec::with_capacity(4096), classes: Classes::default() };
    writer.value(view, Class::Mapped);
    (writer.out, writer.classes.bits)
}

#[derive(Default)]
struct Classes {
    bits: Vec<u8>,
    leaves: usize,
}

impl Classes {
    fn push(&mut self, class: Class) {
        let (byte, shift) = (self.leaves / 4, self.leaves % 4 * 2);
        if byte == self.bits.len() {
            self.bits.push(0);
        }
        self.bits[byte] |= (class as u8) << shift;
        self.leaves += 1;
    }
}

struct Writer {
    out: Vec<u8>,
    classes: Classes,
}

impl Writer {
    fn value(&mut self, view: View<'_>, class: Class) {
        match view {
            View::Object(entries) if !entries.is_empty() => {
                self.out.push(b'{');
                let mut first = true;
                for entry in entries.iter().filter(|e| !matches!(e.value, View::Absent)) {
                    if !std::mem::take(&mut first) {
                        self.out.push(b',');
                    }
                    write_json(View::Str(entry.key), &mut self.out);
                    self.out.push(b':');
                    self.value(entry.value, entry.class);
                }
                self.out.push(b'}');
            }
            list if list.is_list() && !list.is_empty() => {
                self.out.push(b'[');
                for (place, item) in list.elements().enumerate() {
                    if place > 0 {
                        self.out.push(b',');
                    }
                    self.value(item, class);
                }
                self.out.push(b']');
            }
            leaf if leaf.is_map() && !matches!(leaf, View::Object(_)) => {
                // A whole record or tree as a leaf: its leaves count one by one, as in the body.
                let start = self.out.len();
                write_json(leaf, &mut self.out);
                let text = std::str::from_utf8(&self.out[start..]).unwrap_or("null");
                let leaves = count_leaves(text);
                (0..leaves).for_each(|_| self.classes.push(class));
            }
            leaf => {
                write_json(leaf, &mut self.out);
                self.classes.push(class);
            }
        }
    }
}

fn count_leaves(text: &str) -> usize {
    let arena = Bump::new();
    let mut count = 0;
    if let Ok(view) = parse(text, &arena) {
        each_leaf(view, &mut String::new(), &mut |_| count += 1);
    }
    count
}

fn each_leaf(view: View<'_>, path: &mut String, visit: &mut dyn FnMut(&str)) {
    let before = path.len();
    match view {
        View::Object(entries) if !entries.is_empty() => {
            for entry in entries {
                path.push('.');
                path.push_str(entry.key);
                each_leaf(entry.value, path, visit);
                path.truncate(before);
            }
        }
        View::List(items) if !items.is_empty() => {
            for (place, item) in items.iter().enumerate() {
                path.push_str(&format!("[{place}]"));
                each_leaf(*item, path, visit);
                path.truncate(before);
            }
        }
        _ => visit(path),
    }
}

/// The leaves of a body in its order, each with how it came about, from the body and the classes that
/// were kept with it. An empty list or map is a leaf.
pub fn leaf_classes(body: &[u8], classes: &[u8]) -> Vec<(String, Class)> {
    const BY_BITS: [Class; 4] = [Class::Fixed, Class::Mapped, Class::Derived, Class::Defaulted];
    let arena = Bump::new();
    let text = std::str::from_utf8(body).unwrap_or("null");
    let mut found = Vec::new();
    if let Ok(view) = parse(text, &arena) {
        each_leaf(view, &mut "$".to_owned(), &mut |path| {
            let at = found.len();
            let bits = classes.get(at / 4).map_or(0, |byte| byte >> (at % 4 * 2) & 3);
            found.push((path.to_owned(), BY_BITS[usize::from(bits)]));
        });
    }
    found
}

/// The paths of the leaves of a body that no source gave, from the body and the classes that were
/// kept with it.
pub fn defaulted(body: &[u8], classes: &[u8]) -> Vec<String> {
    let leaves = leaf_classes(body, classes).into_iter();
    leaves.filter(|(_, class)| *class == Class::Defaulted).map(|(path, _)| path).collect()
}
