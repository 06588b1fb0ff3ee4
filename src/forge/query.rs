//! The parameters in the address of a hook that a mapping may read.
//!
//! Whatever else stands in such an address is as likely a secret as not: it is neither read nor kept.

use std::collections::BTreeMap;

/// More than any hint of a person's is long; what is longer is not read.
const MOST: usize = 1024;

/// Reads the parameters of these names; of one that stands twice, the first.
pub(super) fn read(names: &[String], query: &str) -> BTreeMap<String, String> {
    let mut read = BTreeMap::new();
    if names.is_empty() {
        return read;
    }
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if value.len() <= MOST && names.iter().any(|known| **known == name) {
            read.entry(name.into_owned()).or_insert_with(|| value.into_owned());
        }
    }
    read
}

/// The same as a query.
pub fn write(parameters: &BTreeMap<String, String>) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_is_listed_and_nothing_else() {
        let names = ["kind".to_owned(), "long".to_owned()];
        let long = "x".repeat(MOST + 1);
        let query = format!("token=s3cret&kind=a%20b%26c&kind=other&long={long}");
        let read = read(&names, &query);
        assert_eq!(read, BTreeMap::from([("kind".to_owned(), "a b&c".to_owned())]));
        assert_eq!(write(&read), "kind=a+b%26c");
        assert!(super::read(&[], &query).is_empty());
    }
}
