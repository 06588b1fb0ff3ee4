//! Bends the JSON of an input as JSON: what the bytes alone seldom become, another well-formed text.

use crate::EXAMPLES;
use serde_json::Value;

/// Bends an input in place; nothing when its body is no JSON or what came of it does not fit.
pub fn mutate(data: &mut [u8], size: usize, most: usize, seed: u32) -> Option<usize> {
    let body = data.get(3..size)?;
    let mut value: Value = serde_json::from_slice(body).ok()?;
    let mut dice = Dice(u64::from(seed) << 1 | 1);
    for _ in 0..=dice.roll(4) {
        bend(&mut value, &mut dice);
    }
    let text = value.to_string();
    let end = 3 + text.len();
    data.get_mut(3..end.min(most))
        .filter(|room| room.len() == text.len())?
        .copy_from_slice(text.as_bytes());
    Some(end)
}

/// Goes down to some place and changes what stands there.
fn bend(value: &mut Value, dice: &mut Dice) {
    match value {
        Value::Object(map) if !map.is_empty() && dice.roll(6) > 0 => {
            let at = dice.roll(map.len());
            let Some(key) = map.keys().nth(at).cloned() else { return };
            match dice.roll(12) {
                0 => drop(map.remove(&key)),
                1 => {
                    let other = map.keys().nth(dice.roll(map.len())).cloned().unwrap_or_default();
                    if let Some(moved) = map.remove(&key) {
                        map.insert(other, moved);
                    }
                }
                // What another delivery has under the same key.
                2 | 3 => {
                    let example = &EXAMPLES[dice.roll(EXAMPLES.len())];
                    let other = serde_json::from_str(&example.body).unwrap_or(Value::Null);
                    if let Some(found) = find(&other, &key) {
                        map.insert(key, found.clone());
                    }
                }
                _ => {
                    if let Some(inner) = map.get_mut(&key) {
                        bend(inner, dice);
                    }
                }
            }
        }
        Value::Array(list) if !list.is_empty() && dice.roll(5) > 0 => {
            let at = dice.roll(list.len());
            match dice.roll(6) {
                0 => drop(list.remove(at)),
                1 => list.push(list[at].clone()),
                _ => bend(&mut list[at], dice),
            }
        }
        leaf => *leaf = odd(dice, leaf),
    }
}

/// The first value under a key, however deep.
fn find<'v>(value: &'v Value, key: &str) -> Option<&'v Value> {
    match value {
        Value::Object(map) => {
            map.get(key).or_else(|| map.values().find_map(|inner| find(inner, key)))
        }
        Value::Array(list) => list.iter().find_map(|inner| find(inner, key)),
        _ => None,
    }
}

/// A value that hardly anybody sends here.
fn odd(dice: &mut Dice, was: &Value) -> Value {
    match dice.roll(14) {
        0 => Value::Null,
        1 => Value::Bool(dice.roll(2) == 0),
        2 => i64::MIN.into(),
        3 => u64::MAX.into(),
        4 => serde_json::json!(-1.5e300),
        5 => "".into(),
        6 => "0000000000000000000000000000000000000000".into(),
        7 => "9999-12-31T23:59:60+26:00".into(),
        8 => "refs/tags/".into(),
        9 => serde_json::json!([was, was]),
        10 => serde_json::json!({ "id": was }),
        11 => was.to_string().into(),
        12 => "\u{0}\u{feff}\u{202e}/%2e%2e/{{$.x}}".into(),
        _ => dice.roll(2_000_000_000).into(),
    }
}

/// A small source of numbers.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % sides.max(1)
    }
}
