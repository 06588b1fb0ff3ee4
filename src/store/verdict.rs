//! What routes said of the events of a delivery.

use serde::{Deserialize, Serialize};

/// What some routes said of some events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Kept")]
pub struct Verdict {
    /// Where the routes stand in the configuration, such as `forgeway.yaml:12:5`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub routes: Vec<String>,
    /// The places of the events within their delivery; empty: all of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<u32>,
    /// Why they did not take them; `None`: they took them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

impl Verdict {
    /// Whether it is about an event.
    pub fn is_about(&self, event: u32) -> bool {
        self.events.is_empty() || self.events.contains(&event)
    }
}

/// A verdict as it may be kept: records of earlier versions have it in one sentence.
#[derive(Deserialize)]
#[serde(untagged)]
enum Kept {
    Sentence(String),
    Verdict {
        #[serde(default)]
        routes: Vec<String>,
        #[serde(default)]
        events: Vec<u32>,
        #[serde(default)]
        why: Option<String>,
    },
}

impl From<Kept> for Verdict {
    fn from(kept: Kept) -> Self {
        match kept {
            Kept::Sentence(why) => Self { routes: Vec::new(), events: Vec::new(), why: Some(why) },
            Kept::Verdict { routes, events, why } => Self { routes, events, why },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Verdict;

    #[test]
    fn what_earlier_versions_kept_is_read() {
        let kept = r#"["event 0: the route at f.yaml:9:5 does not ask for push",{"routes":["f.yaml:9:5"]}]"#;
        let read: Vec<Verdict> = serde_json::from_str(kept).unwrap();
        let sentence = "event 0: the route at f.yaml:9:5 does not ask for push";
        assert_eq!((read[0].why.as_deref(), read[0].routes.len()), (Some(sentence), 0));
        assert_eq!((&read[1].why, read[1].is_about(7)), (&None, true));
    }
}
