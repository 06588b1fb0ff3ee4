//! What an answer of a template's receiver means, where its status does not say it all.
//!
//! Some chats answer 200 to whatever they are sent, and say in the body whether they took it.

use serde::Deserialize;
use serde_json::Value;

/// The longest reason that is taken over from a receiver, in characters.
const LONGEST_REASON: usize = 200;

/// `answer:` in `template.yaml`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answers {
    /// Statuses that mean it has arrived, beside 2xx.
    #[serde(default)]
    pub delivered: Vec<u16>,
    /// The member of a JSON body that is 0 when the receiver took it.
    pub member: Option<String>,
    /// Other values of the member that mean: try again later.
    #[serde(default)]
    pub again: Vec<i64>,
    /// The member that says why it was not taken.
    pub reason: Option<String>,
}

/// What the body of a 2xx says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// Nothing against it.
    Taken,
    /// Not now.
    Later,
    /// Not at all, and why.
    Refused(String),
}

impl Answers {
    /// Reads the body of an answer whose status is 2xx. One without the member is taken as its status says.
    pub fn read(&self, body: &[u8]) -> Said {
        let Some(member) = &self.member else { return Said::Taken };
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let Some(code) = body.get(member).and_then(Value::as_i64).filter(|code| *code != 0) else {
            return Said::Taken;
        };
        if self.again.contains(&code) {
            return Said::Later;
        }
        let reason = self.reason.as_ref().and_then(|reason| body.get(reason)?.as_str());
        let reason: String = reason
            .unwrap_or("it does not say why")
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .take(LONGEST_REASON)
            .collect();
        Said::Refused(format!("`{member}` {code}: {reason}"))
    }
}

#[cfg(test)]
mod tests {
    use super::{Answers, Said};

    #[test]
    fn a_body_says_whether_it_was_taken() {
        let answers: Answers = serde_json::from_str(
            r#"{ "member": "errcode", "again": [45009], "reason": "errmsg" }"#,
        )
        .unwrap();
        assert_eq!(answers.read(br#"{"errcode":0,"errmsg":"ok"}"#), Said::Taken);
        assert_eq!(answers.read(b"ok"), Said::Taken);
        assert_eq!(answers.read(br#"{"errcode":45009}"#), Said::Later);
        let refused = answers.read(br#"{"errcode":93000,"errmsg":"invalid\nkey"}"#);
        assert_eq!(refused, Said::Refused("`errcode` 93000: invalid key".into()));
        assert_eq!(Answers::default().read(br#"{"errcode":1}"#), Said::Taken);
    }
}
