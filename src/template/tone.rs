//! How people take an event, as the tables say: its tone, and whether it is a small matter.

use serde_json::{Map, Value};

/// Adds `tone` and `quiet` to what an event is about. `event` and `subject` are JSON; tables that are not
/// there say nothing.
pub(super) fn tell(event: &Value, subject: &mut Value, tables: &Map<String, Value>) {
    let text = |of: &Value, key: &str| of[key].as_str().unwrap_or_default().to_owned();
    let (kind, action) = (text(event, "kind"), text(event, "action"));
    let state = text(subject, "state");
    let said = |table: &str, keys: &[&String]| {
        let table = tables.get(table)?;
        keys.iter().find_map(|key| table.get(key.as_str())).cloned()
    };
    let (of_state, of_action) = (format!("{kind}.{state}"), format!("{kind}.{action}"));
    let tone = said("tones", &[&of_state, &kind, &state]);
    let quiet = said("quiet", &[&of_state, &of_action, &action, &kind]);
    subject["tone"] = tone.unwrap_or_else(|| "plain".into());
    subject["quiet"] = quiet.unwrap_or(Value::Bool(false));
}

#[cfg(test)]
mod tests {
    use super::tell;
    use serde_json::json;

    #[test]
    fn the_nearest_word_decides() {
        let tables = json!({
            "tones": { "success": "good", "pipeline.success": "best" },
            "quiet": { "labeled": true, "issue.labeled": false },
        });
        let told = |kind: &str, action: &str, state: &str| {
            let mut subject = json!({ "state": state });
            let event = json!({ "kind": kind, "action": action });
            tell(&event, &mut subject, tables.as_object().unwrap());
            (subject["tone"].clone(), subject["quiet"].clone())
        };
        assert_eq!(told("pipeline", "completed", "success"), (json!("best"), json!(false)));
        assert_eq!(told("job", "completed", "success"), (json!("good"), json!(false)));
        assert_eq!(told("pull_request", "labeled", "open"), (json!("plain"), json!(true)));
        assert_eq!(told("issue", "labeled", ""), (json!("plain"), json!(false)));
    }
}
